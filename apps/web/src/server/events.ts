import type { Context } from "hono";
import { streamSSE } from "hono/streaming";
import type { Workbench } from "@datasette-publish/workbench";
import { found } from "./refusal.ts";

/** How often a silent stream says that it is there, in milliseconds: what is between may cut a connection that says nothing. */
const beatMs = 15_000;

/**
 * The events of a job after the one that the page saw last, those to come included, then how it ended. A stream that stops without `end` is
 * to be asked for again.
 */
export function sendEvents(workbench: Workbench, c: Context, toText: (value: unknown) => string): Response {
  const job = c.req.param("job") ?? "";
  found(workbench.jobs.get(job), "job");
  const last = Number(/^\d{1,15}$/.exec(c.req.header("last-event-id") ?? "")?.[0] ?? 0);
  c.header("x-accel-buffering", "no");
  const response = streamSSE(c, async (stream) => {
    const left = new AbortController();
    stream.onAbort(() => left.abort());
    const beat = setInterval(() => void stream.write(":\n\n"), beatMs);
    try {
      for await (const event of workbench.jobs.events(job, last, left.signal))
        await stream.writeSSE({ id: String(event.number), event: "progress", data: toText(event) });
      const ended = left.signal.aborted ? undefined : workbench.jobs.get(job);
      if (ended !== undefined && ended.state !== "running") await stream.writeSSE({ event: "end", data: toText(ended) });
    } catch {
      // The stream ends without `end`: whoever reads it asks again, and is told what is wrong.
    } finally {
      clearInterval(beat);
    }
  });
  response.headers.set("cache-control", "no-store");
  return response;
}
