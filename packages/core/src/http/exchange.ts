import { PublishError, isPublishError } from "../errors/publish-error.ts";
import { hostFailure, hostUnreachable, isUntrusted, tunnelRefused } from "./failures.ts";
import type { HttpAnswer, HttpRequest, Send } from "./message.ts";
import { readText } from "./read.ts";
import { Transient, parseRetryAfter, transience, withRetries, type Retrying } from "./retry.ts";

/** How {@link exchange} treats one request. */
export interface ExchangePolicy extends Retrying {
  /** The host's name as people know it, for errors. */
  readonly title: string;
  /** Name of the provider, to log in to. */
  readonly provider: string;
  /** Repeating it changes nothing more, so it is sent again after a lost answer. */
  readonly idempotent: boolean;
  /** Statuses to accept besides 2xx. */
  readonly allow: readonly number[];
  /** Removes secrets from a text. Unset: shows all of it. */
  readonly redact?: ((text: string) => string) | undefined;
}

/** Error codes of a connection that was never made. */
const neverConnected = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "ENETUNREACH",
  "ERR_BAD_PORT",
  "UND_ERR_CONNECT_TIMEOUT",
  tunnelRefused,
]);

/**
 * Sends a request until it is answered: pauses as the host asks (`Retry-After`), and repeats after a lost answer only what is idempotent.
 * Once a change is sent, its answer is awaited even if the user cancels, so that an undo finds it done or not done.
 *
 * @throws PublishError `HOST_UNREACHABLE`, `HOST_REFUSED`, `HOST_BUSY`, `CREDENTIALS_INVALID`, `CREDENTIALS_INSUFFICIENT`, `ACCOUNT_LIMITED`
 */
export async function exchange(send: Send, request: HttpRequest, policy: ExchangePolicy): Promise<HttpAnswer> {
  const signal = policy.signal ?? new AbortController().signal;
  const isChange = !/^(GET|HEAD)$/.test(request.method);
  let mayBeDone = false;
  const once = async (): Promise<HttpAnswer> => {
    signal.throwIfAborted();
    const answer = await (isChange
      ? withGrace(signal, (late) => attempt(send, request, policy, signal, late))
      : attempt(send, request, policy, signal, signal));
    const { status } = answer;
    if ((status >= 200 && status < 300) || policy.allow.includes(status)) return answer;
    const failure = hostFailure(request, answer, { ...policy, mayBeDone });
    const retryAfterMs = parseRetryAfter(answer.headers["retry-after"] ?? null, Date.now());
    const kind = transience(status, retryAfterMs);
    throw kind === "unread" || (kind === "unsure" && policy.idempotent) ? new Transient(failure, retryAfterMs) : failure;
  };
  const tried = () =>
    once().catch((error: unknown) => {
      mayBeDone ||= isChange && isOpen(error);
      throw error;
    });
  return withRetries({ ...policy, signal }, tried).catch((error: unknown) => {
    throw mayBeDone && isPublishError(error) && !isNo(error) ? ambiguous(error, policy) : error;
  });
}

/** True if we cannot know whether the host applied the failed attempt. */
function isOpen(error: unknown): boolean {
  const retryAfterMs = error instanceof Transient ? error.retryAfterMs : null;
  const failure = error instanceof Transient ? error.error : error;
  if (!isPublishError(failure)) return false;
  const { status, reason } = failure.facts;
  return failure.code === "HOST_UNREACHABLE"
    ? !neverConnected.has(String(reason)) && !isUntrusted(reason)
    : transience(Number(status), retryAfterMs) === "unsure";
}

/** True if the host refused, and would refuse again. */
function isNo({ facts: { status } }: PublishError): boolean {
  return typeof status === "number" && transience(status, null) === null;
}

/** How long to wait for the answer to a change after Ctrl-C, in milliseconds. */
const graceMs = 20_000;

/** Runs `work` with a signal that aborts {@link graceMs} after `signal` does. */
async function withGrace<T>(signal: AbortSignal, work: (late: AbortSignal) => Promise<T>): Promise<T> {
  const late = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const begin = (): void => void (timer = setTimeout(() => late.abort(signal.reason), graceMs));
  signal.addEventListener("abort", begin, { once: true });
  try {
    return await work(late.signal);
  } finally {
    signal.removeEventListener("abort", begin);
    clearTimeout(timer);
  }
}

async function attempt(
  send: Send,
  request: HttpRequest,
  policy: ExchangePolicy,
  signal: AbortSignal,
  stop: AbortSignal,
): Promise<HttpAnswer> {
  try {
    return await send(request, stop);
  } catch (error) {
    signal.throwIfAborted();
    if (isPublishError(error)) throw error;
    const failure = hostUnreachable(request, error, policy);
    if (isUntrusted(failure.facts["reason"])) throw failure;
    throw policy.idempotent || neverConnected.has(String(failure.facts["reason"])) ? new Transient(failure) : failure;
  }
}

/** The error for a change whose answer was lost: the next run looks at what is there. */
function ambiguous(failure: PublishError, { title }: ExchangePolicy): PublishError {
  return new PublishError(
    failure.code,
    `${failure.message} ${title} may have done it all the same.`,
    [{ action: "retry" }, "What is done already is found, and not done twice."],
    failure.facts,
    failure,
  );
}

/** Longest time for one answer: somewhat more than the longest wait that a host offers (60 s at Fly.io). */
const longestAnswerMs = 90_000;

/** {@link Send} by `fetch`. Redirects are not followed: the request carries credentials. */
export function fetchSend(fetch: typeof globalThis.fetch, limitMs = longestAnswerMs): Send {
  return async ({ method, url, headers, body }, signal) => {
    const timeout = AbortSignal.timeout(limitMs);
    const stop = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
    const response = await fetch(url, { method, headers, redirect: "manual", body: body ?? null, signal: stop });
    return { status: response.status, headers: Object.fromEntries(response.headers), body: await readBody(response.body, response.status) };
  };
}

/** Reads and parses the body of an answer. @throws what `readText` throws */
export async function readBody(body: AsyncIterable<Uint8Array> | null, status: number): Promise<unknown> {
  return parseBody(await readText(body, status));
}

/** Parses JSON; returns any other text as it is, and undefined if it is empty. */
export function parseBody(text: string): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
