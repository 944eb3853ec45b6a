import { isPublishError } from "../errors/publish-error.ts";
import type { Waiting } from "../run/clock.ts";
import { hostUnreachable, hostFailure } from "./failures.ts";
import { readText } from "./read.ts";

const firstAnswerAttempts = 30;
const pauseMs = 1000;

export interface LinesOptions extends Waiting {
  readonly title: string;
  readonly provider: string;
  readonly fetch: typeof globalThis.fetch;
  readonly headers?: Readonly<Record<string, string>>;
  /** Removes secrets from a text. Unset: shows all of it. */
  readonly redact?: ((text: string) => string) | undefined;
}

/**
 * Yields the lines of a text stream as they arrive (release output, logs). Asks every second, 30 times at most, for a stream that is not there yet (404).
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

interface OutputReport {
  readonly report: (line: { readonly type: "output"; readonly id: string; readonly text: string }) => void;
}

/** Reports the lines of a stream as a provider's output. Never fails: a stream that does not begin, or does not end within `limitMs`, is given up. */
export async function showOutput(url: string, limitMs: number, { report, ...options }: LinesOptions & OutputReport): Promise<void> {
  const over = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, over.signal]) : over.signal;
  void options.clock.sleep(limitMs, signal).then(
    () => over.abort(),
    () => undefined,
  );
  try {
    for await (const text of streamLines(url, { ...options, signal })) report({ type: "output", id: options.provider, text });
  } catch {
    options.signal?.throwIfAborted();
  } finally {
    over.abort();
  }
}

/** What `fetch` says of a stream that has been silent for minutes. */
const silence = "UND_ERR_BODY_TIMEOUT";

/** Most lines that the next stream repeats. */
const mostOverlap = 100;

/**
 * Yields the lines of a log whose streams end, or fall silent for minutes. Calls `openNext` for each: with null for the first, then with
 * how many of the latest lines the next one repeats, so that none is lost in between. Yields none of those twice. Ends with the signal.
 *
 * @throws PublishError as {@link streamLines} does
 */
export async function* followLines(
  openNext: (latest: number | null) => Promise<string>,
  options: LinesOptions,
): AsyncGenerator<string, void, undefined> {
  const given: string[] = [];
  for (; ; await options.clock.sleep(pauseMs, options.signal)) {
    const isGiven = overlapWith(given);
    try {
      for await (const line of streamLines(await openNext(given.length || null), options)) {
        if (isGiven(line)) continue;
        yield line;
        given.push(line);
        if (given.length > mostOverlap) given.shift();
      }
    } catch (error) {
      if (!isPublishError(error) || error.facts["reason"] !== silence) throw error;
    }
  }
}

/** Returns a predicate: is this line a repeat of the tail of `given`? Matches the longest overlap. */
function overlapWith(given: readonly string[]): (line: string) => boolean {
  const lines = [...given];
  let places = [...lines.keys()];
  return (line) => {
    places = places.filter((place) => lines[place] === line).map((place) => place + 1);
    return places.length > 0;
  };
}

async function open(url: string, options: LinesOptions): Promise<Response> {
  const request = { method: "GET", url: new URL(url), headers: options.headers ?? {} };
  for (let attempt = 1; ; attempt++) {
    const response = await options.fetch(url, { headers: request.headers, signal: options.signal ?? null }).catch((error: unknown) => {
      options.signal?.throwIfAborted();
      throw hostUnreachable(request, error, options);
    });
    if (response.ok) return response;
    const body = await readText(response.body, response.status);
    if (response.status !== 404 || attempt === firstAnswerAttempts)
      throw hostFailure(request, { status: response.status, headers: Object.fromEntries(response.headers), body }, options);
    await options.clock.sleep(pauseMs, options.signal);
  }
}
