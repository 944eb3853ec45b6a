import { toPublishError, type PublishError } from "../errors/publish-error.ts";
import type { Report } from "../events/events.ts";
import type { Waiting } from "../run/clock.ts";

/** Most attempts, the first included. */
export const maxAttempts = 6;

/** First pause in milliseconds; each next one is twice as long. */
const firstPauseMs = 250;

/** Longest pause, in milliseconds: a server that asks for more is given up. */
const maxPauseMs = 120_000;

/** A failure that may pass, with the error to throw if it does not. */
export class Transient extends Error {
  readonly error: PublishError;
  /** What the server asked for (`Retry-After`), in milliseconds. */
  readonly retryAfterMs: number | null;

  constructor(error: PublishError, retryAfterMs: number | null = null) {
    super(error.message, { cause: error });
    this.name = "Transient";
    this.error = error;
    this.retryAfterMs = retryAfterMs;
  }
}

/**
 * Which refusals may pass. `unread`: the server did nothing yet and says when to come back, so any request is sent again
 * (RFC 6585, section 4; RFC 9110, section 15.6.4). `unsure`: it may have acted, so only what may be repeated is. Null: it would refuse again.
 */
export function transience(status: number, retryAfterMs: number | null): "unread" | "unsure" | null {
  if (status === 429 || (status === 503 && retryAfterMs !== null)) return "unread";
  return unsureStatuses.has(status) ? "unsure" : null;
}

/** 499, 520 and 522 are those of proxies that lost the server behind them (nginx; Cloudflare, "5xx errors"). */
const unsureStatuses = new Set([408, 425, 499, 500, 502, 503, 504, 520, 522]);

/** Who tries again, and whom that is told. */
export interface Retrying extends Waiting {
  /** Told of every attempt that failed, and of the pause before the next. Unset: nobody. */
  readonly report?: Report | undefined;
}

/** Runs `work` again while it throws a {@link Transient}; pauses grow, and are at least what the server asked for. */
export async function withRetries<T>(retrying: Retrying, work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      await pauseAfter(error, attempt, retrying);
    }
  }
}

/** Pauses after the attempt with that number failed. Throws the error if it cannot pass, or if that was the last attempt. */
export async function pauseAfter(error: unknown, attempt: number, { clock, signal, report }: Retrying): Promise<void> {
  if (!(error instanceof Transient)) throw error;
  const pauseMs = Math.max(firstPauseMs * 2 ** (attempt - 1) * (0.8 + Math.random() * 0.4), error.retryAfterMs ?? 0);
  if (attempt >= maxAttempts || pauseMs > maxPauseMs) throw error.error;
  const { code, message: reason } = error.error;
  report?.({ type: "retrying", code, reason, attempt, mostAttempts: maxAttempts, afterMs: Math.round(pauseMs) });
  await clock.sleep(pauseMs, signal).catch((stopped: unknown) => {
    throw signal?.aborted ? (signal.reason ?? stopped) : toPublishError(stopped);
  });
}

/** `Retry-After` (RFC 9110, section 10.2.3) in milliseconds: seconds or a date; null when absent or senseless. */
export function parseRetryAfter(header: string | null, nowMs: number): number | null {
  if (header === null) return null;
  if (/^\d+$/.test(header.trim())) return Number(header) * 1000;
  const dateMs = Date.parse(header);
  return Number.isNaN(dateMs) ? null : Math.max(0, dateMs - nowMs);
}
