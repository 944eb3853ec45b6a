import { siteMark, type Provider, type SiteStatus, type Verb } from "@datasette-publish/core";
import { configVarsOf } from "./api/apps.ts";
import { apiOf, appApi } from "./api/client.ts";
import { webDynos } from "./api/dynos.ts";
import { readLog } from "./api/logs.ts";
import { listReleases, readRelease, rollBack, shownRelease, shownReleases } from "./api/releases.ts";
import { isContainer, isOurs } from "./app.ts";

/** State of a dyno → state of the site; whatever else a dyno does, it is about to start. */
const states: Readonly<Record<string, SiteStatus["state"]>> = { up: "running", idle: "sleeping", crashed: "failed", down: "stopped" };

/** What looks after a published app. */
export const verbs: Required<Pick<Provider, Verb>> = {
  async status(ctx) {
    const { [siteMark]: site } = await configVarsOf(ctx, ctx.name);
    if (site === undefined) return null;
    const { maintenance, name, web_url: url, region } = (await appApi(ctx)("GET /apps/{app}")).body;
    const [dyno] = await webDynos(ctx);
    const state = maintenance || dyno === undefined ? "stopped" : (states[dyno.state ?? ""] ?? "starting");
    const facts = { dynoSize: dyno?.size ?? null, region: region.name };
    return { site, name, url, state, releases: shownReleases(await listReleases(ctx)), facts };
  },
  logs: (ctx, { follow, lines }) => readLog(ctx, follow, lines),
  async rollback(ctx, { id }) {
    return shownRelease(await rollBack(ctx, await readRelease(ctx, id.slice("v".length))));
  },
  async unpublish(ctx) {
    await appApi(ctx)("DELETE /apps/{app}", { allow: [404] });
  },
  async list(ctx) {
    const apps = (await apiOf(ctx)("GET /apps", {})).body.filter(isContainer);
    const ours = await Promise.all(apps.map(({ name }) => isOurs(ctx, name)));
    return apps.filter((_, i) => ours[i]).map(({ name, web_url: url }) => ({ name, url }));
  },
};
