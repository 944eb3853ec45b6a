import { expect, test } from "vitest";
import { step, type PublishEvent } from "./events.ts";
import { warn, warningCodes } from "./warnings.ts";

test("steps of one kind that run at once are told apart by their numbers", async () => {
  const events: PublishEvent[] = [];
  const ctx = { report: (event: PublishEvent) => void events.push(event) };
  const regions = ["iad", "lhr"];
  await Promise.all(
    regions.map((region, at) => step(ctx, "fly.create", `Create machine in ${region}`, ({ progress }) => progress(at, 2, "bytes"))),
  );
  const steps = events.filter((event) => "step" in event);
  const numbers = [...new Set(steps.map(({ step: number }) => number))];
  expect(numbers).toHaveLength(2);
  for (const number of numbers) {
    const ofOne = steps.filter((event) => event.step === number);
    expect(ofOne.map(({ type }) => type)).toEqual(["step.started", "step.progressed", "step.ended"]);
  }
});

test("how a step ends is said also when it fails, is cancelled or was cached", async () => {
  const outcomes: string[] = [];
  const stop = new AbortController();
  const ctx = { report: (event: PublishEvent) => void (event.type === "step.ended" && outcomes.push(event.outcome)), signal: stop.signal };
  await step(ctx, "a", "A", ({ cached }) => cached());
  await expect(step(ctx, "a", "A", () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  await expect(step(ctx, "a", "A", () => (stop.abort(), Promise.reject(new Error("broken off"))))).rejects.toThrow("broken off");
  expect(outcomes).toEqual(["cached", "failed", "cancelled"]);
  await expect(step(ctx, "a", "A", () => "never")).rejects.toMatchObject({ name: "AbortError" });
});

test("a warning is an event with facts and remedies, as plain JSON", () => {
  const events: PublishEvent[] = [];
  warn({ report: (event) => events.push(event) }, "INPUT_SKIPPED", "a.xlsx is left out.", { file: "a.xlsx" }, "Save it as CSV.");
  const remedies = [{ action: "advise", text: "Save it as CSV." }];
  expect(events).toEqual([{ type: "warned", code: "INPUT_SKIPPED", message: "a.xlsx is left out.", facts: { file: "a.xlsx" }, remedies }]);
  expect(JSON.parse(JSON.stringify(events))).toEqual(events);
  expect(Object.keys(warningCodes)).toContain("INPUT_SKIPPED");
});
