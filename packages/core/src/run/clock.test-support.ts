import type { Clock } from "./clock.ts";

/** A clock on which nobody waits: a pause is over at once, and kept. */
export interface ListedClock extends Clock {
  readonly pauses: number[];
}

export function listedClock(): ListedClock {
  const pauses: number[] = [];
  let nowMs = 0;
  return {
    pauses,
    now: () => nowMs,
    async sleep(ms, signal) {
      pauses.push(ms);
      nowMs += ms;
      signal?.throwIfAborted();
    },
  };
}
