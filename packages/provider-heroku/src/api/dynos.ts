import type { HostContext } from "@datasette-publish/core";
import { appApi } from "./client.ts";
import { poll } from "./poll.ts";
import type { Dyno } from "./types.ts";

/** The web dynos that Heroku lists: with preboot, those that a new one is about to replace are not among them. */
export async function webDynos(ctx: HostContext): Promise<readonly Dyno[]> {
  return (await appApi(ctx)("GET /apps/{app}/dynos")).body.filter(({ type }) => type === "web");
}

/** How the web dynos of a release are, at each call. */
export interface ReleaseWatch {
  /** Waits until one is up, or is asleep (a request starts it with the current release). Returns what is wrong, or null. */
  awaitUp(): Promise<string | null>;
  /** Says that they have crashed, at the second look in a row that finds it: Heroku starts a crashed dyno once more. */
  gone(): Promise<string | null>;
}

/** Watches the web dynos of one release. */
export function watchRelease(ctx: HostContext, version: number): ReleaseWatch {
  let crashes = 0;
  const look = async (): Promise<"up" | "crashed" | undefined> => {
    const dynos = (await webDynos(ctx)).filter(({ state, release }) => state === "idle" || release?.version === version);
    const has = (state: string) => dynos.some((dyno) => dyno.state === state);
    const isUp = has("up") || has("idle");
    crashes = !isUp && has("crashed") ? crashes + 1 : 0;
    return isUp ? "up" : crashes > 1 ? "crashed" : undefined;
  };
  const crashed = "the dyno has crashed";
  return {
    async awaitUp() {
      const seen = await poll(ctx, ctx.timeoutMs, look);
      return seen === "up" ? null : seen === "crashed" ? crashed : `no dyno of release v${version} is up`;
    },
    gone: async () => ((await look()) === "crashed" ? crashed : null),
  };
}
