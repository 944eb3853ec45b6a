import { setTimeout as wait } from "node:timers/promises";
import type { Clock } from "@datasette-publish/core";

/** How much sooner a sleep ends. */
const speed = 20;

/**
 * A clock for a client and the stand-in for its host: real time, but a sleep takes a twentieth of it, and the clock is ahead by the
 * rest from then on. What is not slept takes as long as it takes, so a host's rate limits hold as they would, however busy the machine is.
 */
export function fastClock(): Clock {
  let aheadMs = 0;
  const now = (): number => performance.now() + aheadMs;
  return {
    now,
    async sleep(ms, signal) {
      const endMs = now() + ms;
      await wait(ms / speed, undefined, signal && { signal });
      aheadMs += Math.max(0, endMs - now());
    },
  };
}
