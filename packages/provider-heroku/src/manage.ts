import { PublishError, notPublished, streamLines, type HostContext, type Provider, type Release, type Verb } from "@datasette-publish/core";
import { apiOf, appApi, host } from "./api/client.ts";
import { listReleases, rollBack } from "./api/releases.ts";
import type { Release as HerokuRelease } from "./api/types.ts";
import { isContainer, isOurs } from "./app.ts";

/** State of a dyno → state of the site; whatever else a dyno does, it is about to start. */
const states: Record<string, "running" | "sleeping" | "failed"> = { up: "running", idle: "sleeping", crashed: "failed" };

/** No app but those that this tool published to is looked into, changed or removed. */
async function requireOurs(ctx: HostContext): Promise<void> {
  if (!(await isOurs(ctx, ctx.name))) throw notPublished(host, ctx.name);
}

function shown({ version, current, status, description, created_at: createdAt }: HerokuRelease): Release {
  return { id: `v${version}`, current, status, description, createdAt };
}

/** What looks after a published app. */
export const verbs: Required<Pick<Provider, Verb>> = {
  async status(ctx) {
    if (!(await isOurs(ctx, ctx.name))) return null;
    const { maintenance, name, web_url: url, region } = (await appApi(ctx)("GET /apps/{app}")).body;
    const dyno = (await appApi(ctx)("GET /apps/{app}/dynos")).body.find(({ type }) => type === "web");
    const state = maintenance || dyno === undefined ? "stopped" : (states[dyno.state ?? ""] ?? "starting");
    const facts = { dynoSize: dyno?.size ?? null, region: region.name };
    return { name, url, state, releases: (await listReleases(ctx)).map(shown), facts };
  },
  async *logs(ctx, { follow, lines }) {
    await requireOurs(ctx);
    const { body } = await appApi(ctx)("POST /apps/{app}/log-sessions", { body: { lines, tail: follow }, idempotent: true });
    yield* streamLines(body.logplex_url, { ...host, fetch: ctx.fetch, signal: ctx.signal });
  },
  async rollback(ctx, id) {
    await requireOurs(ctx);
    const releases = await listReleases(ctx);
    const earlier = releases.slice(releases.findIndex(({ current }) => current) + 1);
    const target = earlier.find(({ version, eligible_for_rollback: ok }) => ok !== false && (id === undefined || id === `v${version}`));
    if (target) return shown(await rollBack(ctx, target));
    const message = `${ctx.name} has no release ${id ?? "before this one"} to go back to.`;
    throw new PublishError("OPTION_INVALID", message, "Give one of the releases that publish status shows.", { release: id ?? null });
  },
  async unpublish(ctx) {
    await requireOurs(ctx);
    await appApi(ctx)("DELETE /apps/{app}", { allow: [404] });
  },
  async list(ctx) {
    const apps = (await apiOf(ctx)("GET /apps", {})).body.filter(isContainer);
    const ours = await Promise.all(apps.map(({ name }) => isOurs(ctx, name)));
    return apps.filter((_, i) => ours[i]).map(({ name, web_url: url }) => ({ name, url }));
  },
};
