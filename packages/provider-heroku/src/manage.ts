import { streamLines, type Provider, type Release, type Verb } from "@datasette-publish/core";
import { apiOf, appApi, host } from "./api/client.ts";
import { listReleases, readRelease, rollBack } from "./api/releases.ts";
import type { Release as HerokuRelease } from "./api/types.ts";
import { isContainer, isOurs } from "./app.ts";

/** State of a dyno → state of the site; whatever else a dyno does, it is about to start. */
const states: Record<string, "running" | "sleeping" | "failed"> = { up: "running", idle: "sleeping", crashed: "failed" };

function shown({ version, current, status, description, created_at: createdAt, eligible_for_rollback: ok }: HerokuRelease): Release {
  return { id: `v${version}`, current, status, description, createdAt, restorable: ok !== false };
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
    const { body } = await appApi(ctx)("POST /apps/{app}/log-sessions", { body: { lines, tail: follow }, idempotent: true });
    yield* streamLines(body.logplex_url, { ...host, fetch: ctx.fetch, signal: ctx.signal });
  },
  async rollback(ctx, { id }) {
    return shown(await rollBack(ctx, await readRelease(ctx, id.slice("v".length))));
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
