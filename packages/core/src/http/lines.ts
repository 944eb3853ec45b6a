import { setTimeout as sleep } from "node:timers/promises";
import { hostUnreachable, hostFailure } from "./failures.ts";

const firstAnswerAttempts = 30;
const pauseMs = 1000;

export interface LinesOptions {
  readonly title: string;
  readonly provider: string;
  readonly fetch: typeof globalThis.fetch;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The lines of a text stream as they arrive (release output, logs). A stream that is not there yet (404) is asked for again, each second, 30 times.
 *
 * @throws PublishError `HOST_UNREACHABLE`, `HOST_REFUSED`
 */
export async function* streamLines(url: string, options: LinesOptions): AsyncGenerator<string, void, undefined> {
  const response = await open(url, options);
  let rest = "";
  try {
    for await (const text of (response.body ?? new Blob().stream()).pipeThrough(new TextDecoderStream())) {
      const lines = (rest + text).split(/\r?\n/);
      rest = lines.pop() ?? "";
      yield* lines;
    }
  } catch (error) {
    options.signal?.throwIfAborted();
    throw hostUnreachable({ method: "GET", url: new URL(url), headers: {} }, error, options);
  }
  if (rest !== "") yield rest;
}

async function open(url: string, options: LinesOptions): Promise<Response> {
  const request = { method: "GET", url: new URL(url), headers: options.headers ?? {} };
  for (let attempt = 1; ; attempt++) {
    const response = await options.fetch(url, { headers: request.headers, signal: options.signal ?? null }).catch((error: unknown) => {
      options.signal?.throwIfAborted();
      throw hostUnreachable(request, error, options);
    });
    if (response.ok) return response;
    const body = await response.text();
    if (response.status !== 404 || attempt === firstAnswerAttempts)
      throw hostFailure(request, { status: response.status, headers: Object.fromEntries(response.headers), body }, options);
    await sleep(pauseMs, undefined, options.signal ? { signal: options.signal } : {});
  }
}
