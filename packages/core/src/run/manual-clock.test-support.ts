import type { Clock } from "./clock.ts";

/** A clock that goes on when it is told to. */
export interface ManualClock extends Clock {
  /** Lets time pass, and wakes those who wait for it. */
  advance(ms: number): void;
}

export function manualClock(): ManualClock {
  let nowMs = 0;
  const waiting = new Set<{ readonly endMs: number; readonly wake: () => void }>();
  return {
    now: () => nowMs,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const sleeper = { endMs: nowMs + ms, wake: resolve };
        waiting.add(sleeper);
        signal?.addEventListener("abort", () => waiting.delete(sleeper) && reject(signal.reason as Error), { once: true });
      }),
    advance(ms) {
      nowMs += ms;
      for (const sleeper of waiting) if (sleeper.endMs <= nowMs && waiting.delete(sleeper)) sleeper.wake();
    },
  };
}
