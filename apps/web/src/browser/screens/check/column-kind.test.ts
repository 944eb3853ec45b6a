import { expect, test } from "vitest";
import { withColumn } from "../../choices/change.ts";
import { isKeptFromLoss, kindChange, kindOf, kindsFor, shownType } from "./column-kind.ts";

test("every kind is read back as it was chosen, whatever was chosen before", () => {
  const kinds = [...kindsFor("date auto"), ...kindsFor("datetime auto")];
  for (const before of kinds)
    for (const kind of kinds) {
      const first = withColumn({ files: {}, tables: {} }, "t", "c", kindChange(before));
      const then = withColumn(first, "t", "c", kindChange(kind));
      expect(kindOf(then.tables["t"]?.columns?.["c"] ?? {})).toBe(kind);
    }
});

test("a kind that is chosen seldom is there once it was chosen", () => {
  expect(kindsFor("found")).not.toContain("datetime auto");
  expect(kindsFor("datetime auto")).toContain("datetime auto");
});

test("dates are dates, though SQLite keeps them as text", () => {
  expect(shownType({ type: "TEXT", converted: { as: "date", count: 1 } })).toBe("date");
  expect(shownType({ type: "REAL", converted: { as: "percent", count: 1 } })).toBe("REAL");
  expect(isKeptFromLoss({ type: "TEXT", reason: { rule: "leading-zero" } })).toBe(true);
  expect(isKeptFromLoss({ type: "TEXT", reason: { rule: "words" } })).toBe(false);
});
