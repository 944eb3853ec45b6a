import type { Provider } from "@datasette-publish/core/provider";
import { configVarsOf, hasRun, siteMark } from "./api/apps.ts";
import { api, login } from "./api/client.ts";
import { requireUp, stateOf, webDynos } from "./api/dynos.ts";
import { readLog } from "./api/logs.ts";
import { listReleases, readRelease, rollBack, shownRelease, shownReleases } from "./api/releases.ts";
import { options, type Options } from "./options.ts";
import { rollout } from "./rollout.ts";
import { isContainer, requireSamePlace, suitable } from "./suitability.ts";

/** Heroku's Cedar generation: an app on the container stack, with neither Heroku's CLI nor Docker. */
export const heroku: Provider<Options> = {
  interface: 1,
  name: "heroku",
  title: "Heroku",
  description: "An app at Heroku, with neither Docker nor Heroku's CLI",
  accepts: { images: { platforms: ["linux/amd64"] } },
  about: { text: "A new app costs 7 USD a month.", url: "https://www.heroku.com/pricing", asOf: "2026-11-30" },
  options,
  login,
  names: { option: "app", pattern: /^[a-z][a-z0-9-]{1,28}[a-z0-9]$/, maxLength: 30 },
  recipe: () => ({ settings: { force_https_urls: "1" } }),
  async check(ctx) {
    const { app } = await suitable(ctx);
    if (app !== null) requireSamePlace(ctx, app);
  },
  rollout,
  async status(ctx) {
    const { [siteMark]: site } = await configVarsOf(ctx, ctx.name);
    if (site === undefined) return null;
    const call = api(ctx);
    const reads = [call("GET /apps/{app}"), call("GET /apps/{app}/formation"), listReleases(ctx), webDynos(ctx)] as const;
    const [{ maintenance, name, web_url: url, region }, formation, releases, [dyno]] = await Promise.all(reads);
    const state = !hasRun(formation, releases) ? "unfinished" : maintenance ? "stopped" : stateOf(dyno);
    const facts = { dynoSize: dyno?.size?.toLowerCase() ?? null, region: region.name };
    return { site, name, url, state, releases: shownReleases(releases), facts };
  },
  logs: (ctx, { follow, lines }) => readLog(ctx, follow, lines),
  async rollback(ctx, { id }, { state }) {
    const release = await rollBack(ctx, (await readRelease(ctx, id.slice("v".length))).id);
    if (state !== "stopped") await requireUp(ctx, release);
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
};
