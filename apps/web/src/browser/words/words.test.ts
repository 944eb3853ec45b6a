import { warningCodes } from "@datasette-publish/core";
import type { TableChange } from "@datasette-publish/workbench/protocol";
import { expect, test } from "vitest";
import { words } from "./en.ts";
import { errorWords } from "./errors.ts";
import { formatBytes, formatShare } from "./format.ts";

test("sizes and shares are written for people", () => {
  expect([0, 1, 999, 1200, 132_300_000, 2e9].map(formatBytes)).toEqual(["0 bytes", "1 byte", "999 bytes", "1.2 kB", "132.3 MB", "2 GB"]);
  expect(formatShare(999, 1000)).toBe("99%");
  expect(formatShare(5, null)).toBe("");
});

test("a file's findings are counted", () => {
  const { ok, stopped } = words.files.status;
  expect(ok([{ rows: 1, columns: 2 }])).toBe("Read: 1 row, 2 columns");
  expect(ok([])).toBe("Read: there is no table in it");
  expect(
    ok([
      { rows: 1, columns: 1 },
      { rows: 2, columns: 1 },
    ]),
  ).toBe("Read: 2 tables, 3 rows");
  expect(stopped(0, 10)).not.toContain("0%");
});

test("a broken line is told with what most often broke it", () => {
  const facts = { file: "a.csv", line: 812, fields: 4, columns: 3, records: 3, text: "812,Smith, John,London" };
  const { text, example } = words.fileErrorWords({ code: "CSV_INVALID", message: "", facts }, "a.csv");
  expect(text.join(" ")).toContain("Line 812 has 4 values, but the first line names 3 columns. 2 other lines do not fit either.");
  expect(text.join(" ")).toContain("comma");
  expect(example).toBe("812,Smith, John,London");
});

const of = (message: string) => words.fileErrorWords({ code: "ARCHIVE_INVALID", message, facts: {} }, "a.zip").text;

test("an error that has no words of its own shows its message without the name beside it", () => {
  expect(of("a.zip is broken.")).toEqual(["It is broken."]);
  expect(of("a.zip, line 3: bad.")).toEqual(["Line 3: bad."]);
  expect(of("Something else.")).toEqual(["Something else."]);
});

test("no sentence about an error speaks of a terminal", () => {
  for (const code of ["OFFLINE", "KEY_WRONG", "INTERNAL", "CONVERT_KEY_DUPLICATE"])
    expect(JSON.stringify(errorWords({ code, facts: {} }))).not.toMatch(/--|command|terminal|null|schema/i);
  expect(errorWords({ code: "CSV_INVALID", facts: {} })).toBeNull();
});

const same: TableChange = {
  table: "people",
  state: "changed",
  rowsBefore: 1_000_000,
  rowsAfter: 999_901,
  newRows: 1,
  changedRows: 1000,
  goneRows: 100,
  key: [],
  newColumns: [],
  goneColumns: [],
  types: [],
};

test("what changes is counted, and a column that lost its zeros asks for Excel", () => {
  expect(words.change.rows(same)).toBe("1,000,000 → 999,901 rows: 1 new, 1,000 changed, 100 gone");
  expect(words.change.rows({ ...same, state: "same" })).toBe("no change");
  expect(words.change.type({ column: "zip", before: "TEXT", after: "INTEGER" })).toContain("Excel");
  expect(words.change.type({ column: "zip", before: "INTEGER", after: "TEXT" })).not.toContain("Excel");
});

test("every warning has a heading; one that says how a file was read is a note", () => {
  for (const code of Object.keys(warningCodes)) expect(words.warnings.kind(code).title).not.toBe("");
  expect(words.warnings.kind("ENCODING_GUESSED").isNote).toBeUndefined();
  expect(words.warnings.kind("DELIMITER_DETECTED").isNote).toBe(true);
});

test("a reason names the value that decided, or its line where the value is not to be shown", () => {
  expect(words.types.reason({ rule: "leading-zero", value: "00001", line: 2 })).toBe("“00001” (line 2) would lose its zeros at the front.");
  expect(words.types.reason({ rule: "words", line: 2 })).toBe("The value on line 2 is not a number.");
});
