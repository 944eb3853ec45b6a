import { expect, test } from "vitest";
import type { Column } from "./dataset.ts";
import { hideValues } from "./hide-values.ts";

const column: Column = {
  name: "phone",
  type: "TEXT",
  nulls: 2,
  example: "secret 1",
  reason: { rule: "same-number-twice", value: "secret 2", other: "secret 3", line: 4, file: "a.csv" },
  distinct: { count: 9, isCapped: false },
  least: "secret 4",
  greatest: "secret 5",
  longest: 12,
  converted: { as: "date", count: 7, way: "day-first", unread: { value: "secret 6", line: 5, count: 1 } },
  private: "phone",
};

test("what is hidden is each value, and nothing else", () => {
  const hidden = hideValues(column);
  expect(JSON.stringify(hidden)).not.toContain("secret");
  expect(hidden).toEqual({
    ...column,
    example: null,
    least: null,
    greatest: null,
    reason: { rule: "same-number-twice", line: 4, file: "a.csv" },
    converted: { as: "date", count: 7, way: "day-first", unread: { line: 5, count: 1 } },
  });
});

test("a column that was not rewritten stays so", () => {
  const { converted: _, ...plain } = column;
  expect(hideValues(plain)).not.toHaveProperty("converted");
});
