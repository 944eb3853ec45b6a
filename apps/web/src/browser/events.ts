import type { Job, JobEvent } from "@datasette-publish/workbench/protocol";
import { answerOf, reach, Refused } from "./api.ts";
import { keyHeaders } from "./key.ts";

/** A message of a stream of Server-Sent Events. */
export interface ServerEvent {
  readonly id: string;
  readonly event: string;
  readonly data: string;
}

/** Splits what came of a stream into its whole messages and the rest. Comments and fields that are not ours are passed over. */
export function splitEvents(text: string): { readonly events: readonly ServerEvent[]; readonly rest: string } {
  const blocks = text.replaceAll("\r\n", "\n").split("\n\n");
  const rest = blocks.pop() ?? "";
  return { events: blocks.map(parseBlock).filter(({ data }) => data !== ""), rest };
}

function parseBlock(block: string): ServerEvent {
  const fields = { id: "", event: "message", data: [] as string[] };
  for (const line of block.split("\n")) {
    const [, name, value = ""] = /^([a-z]+): ?(.*)$/s.exec(line) ?? [];
    if (name === "data") fields.data.push(value);
    else if (name === "id" || name === "event") fields[name] = value;
  }
  return { ...fields, data: fields.data.join("\n") };
}

/** How long to wait before asking again, in milliseconds. */
const pausesMs = [250, 1000, 2000, 4000];

/**
 * Tells every event of a job, from its first one, until it has ended, and answers how. A stream that breaks off is opened again where it was.
 * `onLost` hears whether the server is out of reach.
 * @throws Refused when there is no such job, or the server does not know this page any more
 */
export async function followJob(
  id: string,
  on: { readonly event: (event: JobEvent) => void; readonly lost?: (isLost: boolean) => void },
  signal: AbortSignal,
): Promise<Job> {
  let last = "0";
  for (let attempt = 0; ; attempt++) {
    try {
      for await (const { id: number, event, data } of openStream(id, last, signal)) {
        on.lost?.(false);
        attempt = 0;
        if (event === "end") return JSON.parse(data) as Job;
        if (event !== "progress") continue;
        last = number;
        on.event(JSON.parse(data) as JobEvent);
      }
    } catch (error) {
      if (signal.aborted || (error instanceof Refused && error.problem.code !== "OFFLINE")) throw error;
      on.lost?.(true);
    }
    await pause(pausesMs[Math.min(attempt, pausesMs.length - 1)] ?? 0, signal);
  }
}

async function* openStream(job: string, last: string, signal: AbortSignal): AsyncGenerator<ServerEvent> {
  const headers = { ...keyHeaders(), accept: "text/event-stream", "last-event-id": last };
  const response = await reach(`/api/jobs/${encodeURIComponent(job)}/events`, { headers, signal });
  if (!response.ok || response.body === null) {
    await answerOf(response);
    return;
  }
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (let text = ""; ;) {
    const { value, done } = await reader.read();
    if (done) return;
    const { events, rest } = splitEvents(text + value);
    text = rest;
    yield* events;
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  signal.addEventListener("abort", () => {
    clearTimeout(timer);
    reject(new DOMException("", "AbortError"));
  });
  return promise;
}
