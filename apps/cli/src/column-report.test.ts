import { expect, test } from "vitest";
import type { Column, Table } from "@datasette-publish/core";
import { renderColumns, renderNotable, showsValues, withoutValues } from "./column-report.ts";

const column = (name: string, of: Partial<Column> = {}): Column => ({
  name,
  type: "TEXT",
  nulls: 0,
  example: "Tom",
  reason: { rule: "words", value: "Tom", line: 2 },
  distinct: { count: 2, isCapped: false },
  least: "Kit",
  greatest: "Tom",
  longest: 3,
  ...of,
});

const zip = column("zip", {
  nulls: 1200,
  example: "99801",
  reason: { rule: "leading-zero", value: "02134", line: 3 },
  distinct: { count: 1000, isCapped: true },
  least: "00501",
  greatest: "99950",
  longest: 5,
});
const empty = column("note", {
  nulls: 7,
  example: null,
  reason: { rule: "blank" },
  distinct: { count: 0, isCapped: false },
  least: null,
  greatest: null,
  longest: 0,
});
const late = column("late", { example: "12", reason: { rule: "words", value: "n/a", line: 900 } });
const joined = column("joined", {
  reason: { rule: "dates" },
  converted: { as: "date", count: 8, way: "day-first", unread: { count: 1, line: 9, value: "soon" } },
});
const email = column("email", {
  example: null,
  reason: { rule: "words", line: 2 },
  least: null,
  greatest: null,
  private: "email",
});

test("each column is told with its type, why it is that, and what is in it", () => {
  expect(renderColumns([zip, empty])).toEqual([
    '    zip   TEXT  "02134" on line 3 would lose its leading zero',
    "                at least 1,000 different, from 00501 to 99950, 1,200 NULL, longest 5",
    "    note  TEXT  there is no value",
    "                7 NULL",
  ]);
});

test("of a column that was extracted it is told where its values are", () => {
  const [line] = renderColumns([column("party", { type: "INTEGER", lookup: { table: "Parties", label: "value" } })]);
  expect(line).toBe("    party  INTEGER  its values are in the table Parties");
});

test("a long value, and one of several lines, is cut", () => {
  const [, content] = renderColumns([column("text", { least: `a\n${"b".repeat(60)}` })]);
  expect(content).toContain(`from a ${"b".repeat(37)}… to Tom`);
});

const table = (...columns: Column[]): Table => ({ name: "people", rows: 9, source: "people.csv", columns });
const report = (...columns: Column[]) => ({ name: "data", fileName: "data.db", sizeBytes: 1, sha256: "", tables: [table(...columns)] });

test("a publish names the columns alone that have something to say", () => {
  expect(renderNotable([report(column("name"), zip, empty, late, joined, email)], true)).toEqual([
    "Columns to look at:",
    '  people.zip     TEXT  "02134" on line 3 would lose its leading zero',
    '  people.late    TEXT  "n/a" on line 900 is not a number',
    expect.stringMatching(
      /^ {2}people\.joined {2}TEXT {2}.*8 values read as date, day-first; 1 stays as written, the first "soon" on line 9$/,
    ),
    "  people.email   TEXT  the value on line 2 is not a number; it looks like private data (email)",
  ]);
  expect(renderNotable([report(column("name"), empty)], true)).toEqual([]);
});

test("without values the same columns are named", () => {
  const lines = renderNotable([report(zip, late, joined)], false);
  expect(lines).toHaveLength(4);
  expect(lines.join()).not.toMatch(/02134|n\/a|soon/);
});

test("at most ten are named, and the others counted", () => {
  const columns = Array.from({ length: 12 }, (_, at) => ({ ...zip, name: `zip${at}` }));
  const lines = renderNotable([report(...columns)], true);
  expect(lines).toHaveLength(12);
  expect(lines.at(-1)).toBe("  and 2 more; publish convert tells all");
});

test("a report without values has no value", () => {
  const [hidden] = [report(zip, joined)].map(withoutValues);
  expect(JSON.stringify(hidden)).not.toMatch(/02134|99801|00501|99950|soon|Tom|Kit/);
  expect(hidden!.tables[0]!.columns[0]).toMatchObject({ name: "zip", nulls: 1200, longest: 5 });
});

test.each([
  [undefined, undefined, true],
  ["true", undefined, false],
  ["1", false, false],
  ["true", true, true],
  ["false", undefined, true],
  ["", undefined, true],
])("under CI=%s with --examples %s values are shown: %s", (CI, examples, shown) => {
  expect(showsValues({ CI }, examples)).toBe(shown);
});
