import { setTimeout as sleep } from "node:timers/promises";

const firstPauseMs = 100;
const longestPauseMs = 3000;

/** Calls `look` until it returns something; returns undefined after `limitMs`. Pauses grow from 0.1 to 3 seconds. */
export async function poll<T>(
  { signal }: { readonly signal?: AbortSignal | undefined },
  limitMs: number,
  look: () => Promise<T | undefined>,
): Promise<T | undefined> {
  const deadlineMs = performance.now() + limitMs;
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 1.5, longestPauseMs)) {
    const seen = await look();
    const leftMs = deadlineMs - performance.now();
    if (seen !== undefined || leftMs <= 0) return seen;
    await sleep(Math.min(pauseMs, leftMs), undefined, { signal });
  }
}
