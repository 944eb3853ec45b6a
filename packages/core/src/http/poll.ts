import type { Waiting } from "../run/clock.ts";

const firstPauseMs = 100;
const longestPauseMs = 3000;

/** Calls `look` until it returns something; returns undefined after `limitMs`. Pauses grow from 0.1 to 3 seconds. */
export async function poll<T>({ clock, signal }: Waiting, limitMs: number, look: () => Promise<T | undefined>): Promise<T | undefined> {
  const deadlineMs = clock.now() + limitMs;
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 1.5, longestPauseMs)) {
    const seen = await look();
    const leftMs = deadlineMs - clock.now();
    if (seen !== undefined || leftMs <= 0) return seen;
    await clock.sleep(Math.min(pauseMs, leftMs), signal);
  }
}
