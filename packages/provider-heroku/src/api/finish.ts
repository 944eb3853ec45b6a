import { PublishError, redactor, secretVariables, streamLines, type HostContext } from "@datasette-publish/core";
import { configVarsOf } from "./apps.ts";
import { host } from "./client.ts";
import { poll } from "./poll.ts";

/** A release or a build. */
interface Work {
  readonly id: string;
  readonly status: string;
  readonly output_stream_url?: string | null;
}

/**
 * Shows the output of what has begun, and looks until it has ended, `limitMs` at most.
 * @param title what errors call it: `Release v3`
 * @throws PublishError `RELEASE_FAILED` when it fails or is still pending
 */
export async function finish<T extends Work>(
  ctx: HostContext,
  title: string,
  begun: T,
  look: () => Promise<T>,
  limitMs: number,
): Promise<T> {
  const deadlineMs = performance.now() + limitMs;
  if (begun.output_stream_url) await showOutput(ctx, begun.output_stream_url, limitMs);
  const ended = async (): Promise<T | undefined> => {
    const now = await look();
    return now.status === "pending" ? undefined : now;
  };
  const end = begun.status === "pending" ? await poll(ctx, deadlineMs - performance.now(), ended) : begun;
  if (end?.status === "succeeded") return end;
  const status = end?.status ?? "pending";
  const [message, hint] = end
    ? [`ended as ${status}`, "Mend what its output says, then publish again."]
    : [`is still pending after ${Math.round(limitMs / 1000)} seconds`, "Publish again: that goes on where this stopped."];
  throw new PublishError("RELEASE_FAILED", `${title} of ${ctx.name} ${message}.`, hint, { app: ctx.name, id: begun.id, status });
}

/** Output is worth a look, not a failure: a stream that does not come, or that does not end in time, is left. */
async function showOutput(ctx: HostContext, url: string, limitMs: number): Promise<void> {
  const timeout = AbortSignal.timeout(limitMs);
  try {
    const masked = await maskOf(ctx);
    const signal = ctx.signal ? AbortSignal.any([ctx.signal, timeout]) : timeout;
    for await (const line of streamLines(url, { ...host, fetch: ctx.fetch, signal }))
      ctx.report({ type: "output", id: "heroku", text: masked(line) });
  } catch {
    ctx.signal?.throwIfAborted();
  }
}

/** Hides the app's secrets in what the app writes, also those that are only at Heroku. */
export async function maskOf(ctx: HostContext): Promise<(line: string) => string> {
  return redactor(secretVariables(await configVarsOf(ctx, ctx.name))).text;
}
