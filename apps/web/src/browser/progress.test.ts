import type { PublishEvent } from "@datasette-publish/workbench/protocol";
import { expect, test } from "vitest";
import { addEvent, currentStep, noProgress } from "./progress.ts";

const after = (...events: PublishEvent[]) => events.reduce((so, event, at) => addEvent(so, { number: at + 1, atMs: 0, event }), noProgress);

test("the last step that has not ended is what is being done", () => {
  const progress = after(
    { type: "step.started", step: 1, id: "convert", title: "Convert" },
    { type: "step.started", step: 2, id: "copy:a", title: "Copy a" },
    { type: "step.progressed", step: 1, id: "convert", done: 5, total: 10, unit: "bytes" },
    { type: "step.ended", step: 2, id: "copy:a", outcome: "cached", ms: 1 },
  );
  expect(currentStep(progress)).toMatchObject({ id: "convert", done: 5, total: 10, outcome: null });
  expect(progress.steps.map(({ outcome }) => outcome)).toEqual([null, "cached"]);
});

test("a number is used again by another process: the newest step has it", () => {
  const progress = after(
    { type: "step.started", step: 1, id: "a", title: "A" },
    { type: "step.ended", step: 1, id: "a", outcome: "done", ms: 1 },
    { type: "step.started", step: 1, id: "b", title: "B" },
    { type: "step.ended", step: 1, id: "b", outcome: "failed", ms: 1 },
  );
  expect(progress.steps.map(({ outcome }) => outcome)).toEqual(["done", "failed"]);
  expect(currentStep(progress)).toBeUndefined();
});

test("an attempt that failed is told until something goes on; output is bounded", () => {
  const retrying = { type: "retrying", code: "HOST_UNREACHABLE", reason: "No answer.", attempt: 1, mostAttempts: 3, afterMs: 10 } as const;
  expect(after(retrying).retrying).toBe("No answer.");
  expect(after(retrying, { type: "step.started", step: 1, id: "a", title: "A" }).retrying).toBeNull();
  const { output } = after(...Array.from({ length: 300 }, (_, at): PublishEvent => ({ type: "output", id: "a", text: String(at) })));
  expect(output).toHaveLength(200);
  expect(output.at(-1)).toBe("299");
});

test("a warning is kept as it is", () => {
  const warning = { code: "ROWS_BLANK", message: "Blank.", facts: { line: 2 }, remedies: [] } as const;
  expect(after({ type: "warned", ...warning }).warnings).toEqual([warning]);
});
