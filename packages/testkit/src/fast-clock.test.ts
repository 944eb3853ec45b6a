import { expect, test } from "vitest";
import { fastClock } from "./fast-clock.ts";

test("a sleep is as long as it says, by the clock that it is slept on", async () => {
  const { now, sleep } = fastClock();
  const [clockMs, realMs] = [now(), performance.now()];
  await Promise.all([sleep(4000), sleep(2000).then(() => sleep(2000))]);
  expect(now() - clockMs).toBeGreaterThanOrEqual(4000);
  expect(now() - clockMs).toBeLessThan(4000 + performance.now() - realMs);
});

test("a sleep ends with the signal", async () => {
  const stop = new AbortController();
  const slept = fastClock().sleep(3_600_000, stop.signal);
  stop.abort();
  await expect(slept).rejects.toMatchObject({ name: "AbortError" });
});
