import { setTimeout as wait } from "node:timers/promises";

/**
 * What a run measures and waits by: pauses between two looks, a host's rate limits, leases. A test hands in a faster one, to client
 * and fake alike. The time that one network request may take is always real time.
 */
export interface Clock {
  /** Milliseconds since some moment; never goes back. */
  now(): number;
  /** Resolves after `ms` milliseconds. Rejects with an `AbortError` once `signal` aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Real time. */
export const systemClock: Clock = {
  now: () => performance.now(),
  sleep: (ms, signal) => wait(ms, undefined, signal && { signal }),
};

/** Who waits: by which clock, and until which signal. */
export interface Waiting {
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
}
