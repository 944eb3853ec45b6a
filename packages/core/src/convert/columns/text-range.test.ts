import * as fc from "fast-check";
import { expect, test } from "vitest";
import { isBefore, TextRange } from "./text-range.ts";
import { TextStats } from "./text-stats.ts";

const texts = fc.oneof(
  fc.string({ unit: "binary", minLength: 1 }),
  fc.string({ unit: fc.constantFrom("a", "b", "\uffee", "😀", "😁"), minLength: 1 }),
  fc.string({ unit: fc.constantFrom("0", "1", "2"), minLength: 1 }).map((digits) => `2024-01-01T00:00:${digits}`),
);
const inSqlite = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

test("texts are in the order of their UTF-8, as in SQLite", () => {
  fc.assert(fc.property(texts, texts, (a, b) => isBefore(a, b) === inSqlite(a, b) < 0));
  expect(isBefore("\uffee", "😀")).toBe(true);
});

test("the least and the greatest of any texts", () => {
  fc.assert(
    fc.property(fc.array(texts, { minLength: 1, maxLength: 20 }), (all) => {
      const range = new TextRange();
      for (const text of all) range.add(text);
      const sorted = all.toSorted(inSqlite);
      expect([range.least, range.greatest]).toEqual([sorted[0], sorted.at(-1)]);
    }),
    { numRuns: 200 },
  );
});

test("texts in order, and more than are copied at a time", () => {
  const range = new TextRange();
  const all = Array.from({ length: 2000 }, (_, index) => `n${String(index).padStart(5, "0")}`);
  for (const text of all) range.add(text);
  expect([range.least, range.greatest]).toEqual(["n00000", "n01999"]);
  expect([new TextRange().least, new TextRange().greatest]).toEqual([null, null]);
});

function statsOf(values: readonly string[]): TextStats["report"] {
  const stats = new TextStats();
  for (const value of values) if (!stats.has(value)) stats.add(value);
  return stats.report;
}

test("different texts are counted, up to a bound", () => {
  fc.assert(
    fc.property(fc.array(texts, { minLength: 1 }), (all) => {
      const { distinct, longest } = statsOf(all);
      expect(distinct).toEqual({ count: new Set(all).size, isCapped: false });
      expect(longest).toBe(Math.max(...all.map((text) => [...text].length)));
    }),
  );
  const many = Array.from({ length: 3000 }, (_, index) => `value ${index % 1500}`);
  expect(statsOf(many.slice(0, 1000)).distinct).toEqual({ count: 1000, isCapped: false });
  expect(statsOf(many).distinct).toEqual({ count: 1000, isCapped: true });
  expect(statsOf(["x".repeat(150_000), "y".repeat(150_000), "z"]).distinct).toEqual({ count: 1, isCapped: true });
});
