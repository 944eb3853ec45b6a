import type { HostContext } from "@datasette-publish/core/provider";
import { api } from "./client.ts";

/** Lines of the app's log: the latest, then with `follow` what comes. */
export async function* readLog(ctx: HostContext, follow: boolean, lines: number): AsyncGenerator<string, void, undefined> {
  const open = async (latest: number | null): Promise<string> => {
    const body = { lines: latest ?? lines, tail: follow };
    return (await api(ctx)("POST /apps/{app}/log-sessions", {}, { body, idempotent: true })).logplex_url;
  };
  yield* follow ? ctx.followLines(open) : ctx.lines(await open(null));
}
