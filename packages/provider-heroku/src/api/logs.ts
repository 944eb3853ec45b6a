import { isPublishError, streamLines, type HostContext } from "@datasette-publish/core";
import { api, host } from "./client.ts";

/** What `fetch` says of a stream that has been silent for minutes. */
const silence = "UND_ERR_BODY_TIMEOUT";

/**
 * Lines of the app's log. A session may end, or fall silent for minutes: while the log is followed another goes on,
 * from the last line on, which is not given twice.
 */
export async function* readLog(ctx: HostContext, follow: boolean, lines: number): AsyncGenerator<string, void, undefined> {
  let last: string | undefined;
  for (;;) {
    const wanted = last === undefined ? lines : 1;
    const { body } = await api(ctx)("POST /apps/{app}/log-sessions", {}, { body: { lines: wanted, tail: follow }, idempotent: true });
    try {
      for await (const line of streamLines(body.logplex_url, { ...host, fetch: ctx.fetch, signal: ctx.signal })) {
        if (line !== last) yield line;
        last = line;
      }
    } catch (error) {
      if (!follow || !isPublishError(error) || error.facts["reason"] !== silence) throw error;
    }
    if (!follow) return;
  }
}
