import type { HostContext, SiteStatus } from "@datasette-publish/core/provider";
import { api } from "./client.ts";
import type { Dyno, Release } from "./types.ts";

/** Sizes of a web dyno, the smallest first. */
export const dynoSizes = ["eco", "basic", "standard-1x", "standard-2x", "performance-m", "performance-l"] as const;

/** State of a dyno → state of the site; whatever else a dyno does, it is about to start. */
const states: Readonly<Record<string, SiteStatus["state"]>> = { up: "running", idle: "sleeping", crashed: "failed", down: "stopped" };

/** State of a site with this web dyno, or with none. */
export function stateOf(dyno: Dyno | undefined): SiteStatus["state"] {
  return dyno === undefined ? "stopped" : (states[dyno.state ?? ""] ?? "starting");
}

/** The web dynos that Heroku lists: with preboot, those that a new one is about to replace are not among them. */
export async function webDynos(ctx: HostContext): Promise<readonly Dyno[]> {
  return (await api(ctx)("GET /apps/{app}/dynos")).filter(({ type }) => type === "web");
}

/** A release that dynos are to run; undefined when Heroku knows none. */
type Awaited = Pick<Release, "version"> | undefined;

/**
 * Watches the web dynos of a release. `ready` waits until one is up, or is asleep (a request starts it with the current release).
 * `gone` says that they have crashed, at the second look in a row that finds it: Heroku starts a crashed dyno once more.
 */
export function watchRelease(ctx: HostContext): Record<"ready" | "gone", (release: Awaited) => Promise<string | null>> {
  let crashes = 0;
  const look = async (awaited: Awaited): Promise<"up" | "crashed" | undefined> => {
    const dynos = (await webDynos(ctx)).filter(({ state, release }) => state === "idle" || release?.version === awaited?.version);
    const has = (state: string) => dynos.some((dyno) => dyno.state === state);
    const isUp = has("up") || has("idle");
    crashes = !isUp && has("crashed") ? crashes + 1 : 0;
    return isUp ? "up" : crashes > 1 ? "crashed" : undefined;
  };
  const crashed = "the dyno has crashed";
  return {
    async ready(release) {
      const seen = await ctx.poll(ctx.timeoutMs, () => look(release));
      return seen === "up" ? null : seen === "crashed" ? crashed : `no dyno of release v${release?.version} is up`;
    },
    gone: async (release) => ((await look(release)) === "crashed" ? crashed : null),
  };
}

/** Waits until a dyno of a release is up. @throws PublishError `DEPLOYMENT_UNHEALTHY` */
export async function requireUp(ctx: HostContext, release: Release): Promise<void> {
  const problem = await watchRelease(ctx).ready(release);
  if (problem === null) return;
  const look = { action: "use", verb: "logs", provider: ctx.provider, options: { app: ctx.name }, note: "to look at its log" } as const;
  throw ctx.unhealthy(`of release v${release.version}, ${problem}`, look);
}
