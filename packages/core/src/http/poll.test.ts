import { beforeEach, expect, it, vi } from "vitest";
import { listedClock, type ListedClock } from "../run/clock.test-support.ts";
import { poll } from "./poll.ts";

let clock: ListedClock;
beforeEach(() => void (clock = listedClock()));

it("looks again after growing pauses, until there is something to see", async () => {
  let looks = 0;
  expect(await poll({ clock }, 60_000, () => Promise.resolve(++looks < 4 ? undefined : "seen"))).toBe("seen");
  expect(clock.pauses).toEqual([100, 150, 225]);
});

it("looks once more at the end of its time, and not beyond", async () => {
  const look = vi.fn<() => Promise<undefined>>(() => Promise.resolve(undefined));
  expect(await poll({ clock }, 60_000, look)).toBeUndefined();
  expect(clock.now()).toBe(60_000);
  expect(Math.max(...clock.pauses)).toBe(3000);
  expect(look).toHaveBeenCalledTimes(clock.pauses.length + 1);
});

it("stops when it is cancelled", async () => {
  const signal = AbortSignal.abort(new Error("stop"));
  await expect(poll({ clock, signal }, 1000, () => Promise.resolve(undefined))).rejects.toThrow("stop");
});
