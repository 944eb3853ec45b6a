import { expect, test } from "vitest";
import { wrongCount } from "./row-count.ts";

test.each([
  [{ filtered_table_rows_count: 3 }, 3, null],
  [{ filtered_table_rows_count: 3 }, 4, 3],
  [{ filtered_table_rows_count: null }, 4, null],
  [{ count: 3, count_truncated: false }, 3, null],
  [{ count: 3, count_truncated: false }, 4, 3],
  [{ count: 10_001, count_truncated: true }, 20_000, null],
  [{ count: 10_001, count_truncated: true }, 10_000, 10_001],
  [{ count: null, count_truncated: false }, 3, null],
  [{}, 3, null],
])("the count of %j is that of a table with %i rows, or is %j", (page, rows, wrong) => {
  expect(wrongCount(page, rows)).toBe(wrong);
});
