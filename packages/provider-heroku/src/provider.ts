import { hosted, providerInterface, siteMark, type Provider, type SiteStatus } from "@datasette-publish/core";
import { configVarsOf } from "./api/apps.ts";
import { api, login } from "./api/client.ts";
import { dynoSizes, requireUp, webDynos } from "./api/dynos.ts";
import { readLog } from "./api/logs.ts";
import { listReleases, readRelease, rollBack, shownRelease, shownReleases } from "./api/releases.ts";
import { rollout } from "./rollout.ts";
import { checkPlace, isContainer, suitable } from "./suitability.ts";

/** State of a dyno → state of the site; whatever else a dyno does, it is about to start. */
const states: Readonly<Record<string, SiteStatus["state"]>> = { up: "running", idle: "sleeping", crashed: "failed", down: "stopped" };

const ofPublish = { type: "string", publishOnly: true } as const;

/** Heroku's Cedar generation: an app on the container stack, with neither Heroku's CLI nor Docker. */
export const heroku: Provider = hosted({
  interface: providerInterface,
  name: "heroku",
  title: "Heroku",
  description: "An app at Heroku, with neither Docker nor Heroku's CLI",
  accepts: { platforms: ["amd64"] },
  options: {
    app: { type: "string", description: "Name of the app; made from the site's name when not given", char: "a" },
    team: { ...ofPublish, description: "Team that a new app belongs to" },
    region: { ...ofPublish, description: "Region of a new app: us or eu" },
    dynoSize: { ...ofPublish, description: "Size of the web dyno; a new app gets basic, 7 USD a month", choices: dynoSizes },
    build: { ...ofPublish, description: "What makes the image: this tool, or Heroku", choices: ["image", "remote"], default: "image" },
    setStack: { ...ofPublish, type: "boolean", description: "Replace what an existing app runs; its stack becomes container" },
  },
  login,
  names: { option: "app", pattern: /^[a-z][a-z0-9-]{1,28}[a-z0-9]$/, maxLength: 30 },
  recipe: () => ({ settings: { force_https_urls: "1" } }),
  async check(ctx) {
    const { app } = await suitable(ctx);
    for (const option of ["region", "team"] as const) await checkPlace(ctx, app, option);
  },
  rollout,
  async status(ctx) {
    const { [siteMark]: site } = await configVarsOf(ctx, ctx.name);
    if (site === undefined) return null;
    const { maintenance, name, web_url: url, region } = await api(ctx)("GET /apps/{app}");
    const [dyno] = await webDynos(ctx);
    const state = maintenance || dyno === undefined ? "stopped" : (states[dyno.state ?? ""] ?? "starting");
    const facts = { dynoSize: dyno?.size?.toLowerCase() ?? null, region: region.name };
    return { site, name, url, state, releases: shownReleases(await listReleases(ctx)), facts };
  },
  logs: (ctx, { follow, lines }) => readLog(ctx, follow, lines),
  async rollback(ctx, { id }) {
    const isStopped = (await webDynos(ctx)).length === 0;
    const release = await rollBack(ctx, (await readRelease(ctx, id.slice("v".length))).id);
    if (!isStopped) await requireUp(ctx, release);
    return shownRelease(release);
  },
  async unpublish(ctx) {
    await api(ctx)("DELETE /apps/{app}", {}, { allow: [404] });
  },
  async list(ctx) {
    const apps = (await api(ctx)("GET /apps")).filter(isContainer);
    const vars = await Promise.all(apps.map(({ name }) => configVarsOf(ctx, name)));
    return apps.filter((_, i) => siteMark in (vars[i] ?? {})).map(({ name, web_url: url }) => ({ name, url }));
  },
});
