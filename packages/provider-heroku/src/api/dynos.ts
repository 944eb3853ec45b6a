import { poll, unhealthy, useVerb, type HostContext, type Settle } from "@datasette-publish/core";
import { api } from "./client.ts";
import type { Dyno, Release } from "./types.ts";

/** Sizes of a web dyno, the smallest first. */
export const dynoSizes: readonly string[] = ["eco", "basic", "standard-1x", "standard-2x", "performance-m", "performance-l"];

/** The web dynos that Heroku lists: with preboot, those that a new one is about to replace are not among them. */
export async function webDynos(ctx: HostContext): Promise<readonly Dyno[]> {
  return (await api(ctx)("GET /apps/{app}/dynos")).filter(({ type }) => type === "web");
}

/**
 * Watches the web dynos of the release that `releaseOf` names. `ready` waits until one is up, or is asleep (a request starts it with
 * the current release). `gone` says that they have crashed, at the second look in a row that finds it: Heroku starts a crashed dyno once more.
 */
export function watchRelease(
  ctx: HostContext,
  releaseOf: () => Pick<Release, "version"> | undefined,
): Required<Pick<Settle, "ready" | "gone">> {
  let crashes = 0;
  const look = async (): Promise<"up" | "crashed" | undefined> => {
    const dynos = (await webDynos(ctx)).filter(({ state, release }) => state === "idle" || release?.version === releaseOf()?.version);
    const has = (state: string) => dynos.some((dyno) => dyno.state === state);
    const isUp = has("up") || has("idle");
    crashes = !isUp && has("crashed") ? crashes + 1 : 0;
    return isUp ? "up" : crashes > 1 ? "crashed" : undefined;
  };
  const crashed = "the dyno has crashed";
  return {
    async ready() {
      const seen = await poll(ctx, ctx.timeoutMs, look);
      return seen === "up" ? null : seen === "crashed" ? crashed : `no dyno of release v${releaseOf()?.version} is up`;
    },
    gone: async () => ((await look()) === "crashed" ? crashed : null),
  };
}

/** Waits until a dyno of a release is up. @throws PublishError `DEPLOYMENT_UNHEALTHY` */
export async function requireUp(ctx: HostContext, release: Release): Promise<void> {
  const problem = await watchRelease(ctx, () => release).ready();
  if (problem)
    throw unhealthy(`of release v${release.version}, ${problem}`, useVerb("logs", "heroku", { app: ctx.name }, "to look at its log"));
}
