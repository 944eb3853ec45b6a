import { expect, test } from "vitest";
import { holds, isNumber } from "./same-value.ts";

test.each([
  [7n, "7", true],
  [7n, "07", true],
  [1.5, "1.50", true],
  [0.5, ".5", true],
  [0, "-0.0", true],
  [100000, "1e5", true],
  [1e300, "1e300", true],
  [0.1 + 0.2, "0.30000000000000004", true],
  [0.3, "0.30000000000000004", false],
  [9007199254740993n, "9007199254740993", true],
  [9007199254740992, "9007199254740993", false],
  [1, "-1", false],
  [10, "1", false],
  [1, "x", false],
  [1, "", false],
])("whether %s has the digits of %s: %s", (value, field, is) => {
  expect(isNumber(value, field)).toBe(is);
});

const plain = { column: "c", isConverted: false, nullWords: ["NA"] } as unknown as Parameters<typeof holds>[3];

test("NULL is a blank, a word for no value, or no field; a text is itself", () => {
  expect([holds(null, null, "", plain), holds(null, null, "NA", plain), holds(null, null, null, plain)]).toEqual([true, true, true]);
  expect([holds(null, null, "x", plain), holds("", null, "", plain), holds(0n, null, null, plain)]).toEqual([false, false, false]);
  expect([holds("007", "007", "007", plain), holds("7", "007", "007", plain), holds(null, "x", "x", plain)]).toEqual([true, false, false]);
});

test("of another reading that was asked for it is what that gives", () => {
  const converted = { ...plain, isConverted: true };
  expect([holds("2024-05-03", "2024-05-03", "3.5.24", converted), holds("3.5.24", "2024-05-03", "3.5.24", converted)]).toEqual([
    true,
    false,
  ]);
  expect([holds(7n, "07", "07", converted), holds(8n, "07", "07", converted), holds(null, "x", "x", converted)]).toEqual([
    true,
    false,
    false,
  ]);
});
