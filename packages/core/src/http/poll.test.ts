import { beforeEach, expect, it, vi } from "vitest";
import { poll } from "./poll.ts";

const clock = vi.hoisted(() => ({ pauses: [] as number[], nowMs: 0 }));
vi.mock("node:timers/promises", () => ({
  setTimeout: (ms: number, _value: unknown, { signal }: { signal?: AbortSignal } = {}) => {
    clock.pauses.push(ms);
    clock.nowMs += ms;
    return signal?.aborted ? Promise.reject(signal.reason as Error) : Promise.resolve();
  },
}));
beforeEach(() => {
  Object.assign(clock, { pauses: [], nowMs: 0 });
  vi.spyOn(performance, "now").mockImplementation(() => clock.nowMs);
});

it("looks again after growing pauses, until there is something to see", async () => {
  let looks = 0;
  expect(await poll({}, 60_000, () => Promise.resolve(++looks < 4 ? undefined : "seen"))).toBe("seen");
  expect(clock.pauses).toEqual([100, 150, 225]);
});

it("looks once more at the end of its time, and not beyond", async () => {
  const look = vi.fn<() => Promise<undefined>>(() => Promise.resolve(undefined));
  expect(await poll({}, 60_000, look)).toBeUndefined();
  expect(clock.nowMs).toBe(60_000);
  expect(Math.max(...clock.pauses)).toBe(3000);
  expect(look).toHaveBeenCalledTimes(clock.pauses.length + 1);
});

it("stops when it is cancelled", async () => {
  const signal = AbortSignal.abort(new Error("stop"));
  await expect(poll({ signal }, 1000, () => Promise.resolve(undefined))).rejects.toThrow("stop");
});
