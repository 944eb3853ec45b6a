import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { explain } from "./explain.ts";
import { profileColumn, type ProfileSettings } from "./profile-column.ts";

function why(fields: readonly string[], settings: ProfileSettings = {}): string {
  const column = profileColumn(settings);
  for (const [index, field] of fields.entries()) column.add(field, index + 2);
  return explain(column.finish().report);
}

test.each<[string[], string, ProfileSettings?]>([
  [["1", "2"], "every value is a whole number"],
  [["1", "2.5"], 'every value is a number; the first that is not whole is "2.5" on line 3'],
  [["", ""], "there is no value"],
  [["1"], "TEXT is what you asked for", { type: "text" }],
  [["1", "x"], '"x" on line 3 is not a number'],
  [["1", " 2"], '" 2" on line 3 has spaces around its number'],
  [["007"], '"007" on line 2 would lose its leading zero'],
  [["+49301234"], '"+49301234" on line 2 would lose its plus'],
  [["1E5"], '"1E5" on line 2 looks like a code: a number has a point or a sign beside its E'],
  [["12345678901234567890"], '"12345678901234567890" on line 2 has more digits than a number keeps'],
  [["1.5e999"], '"1.5e999" on line 2 is beyond the numbers that SQLite holds'],
  [["10.1", "10.10"], '"10.10" on line 3 and "10.1" are one number'],
  [["1.5e-3", "1.50e-3"], '"1.50e-3" on line 3 and an earlier text are one number'],
  [["x".repeat(100)], `"${"x".repeat(60)}…" on line 2 is not a number`],
  [["9007199254740993"], '"9007199254740993" on line 2 has more digits than REAL keeps; 1 value read as real', { type: "real" }],
  [
    ["31.12.2020", "x"],
    'you asked for dates, which are kept as text; 1 value read as date, day-first; 1 stays as written, the first "x" on line 3',
    { date: "auto" },
  ],
  [
    ["1,5", "2.50"],
    '"2.50" on line 3 stays as it is, and a column of numbers would change it; 1 value read as decimal-comma; 1 stays as written, the first "2.50" on line 3',
    { number: "decimal-comma" },
  ],
])("%j: %s", (fields, sentence, settings) => {
  expect(why(fields, settings)).toBe(sentence);
});

test("a value that is not to be shown is only placed", () => {
  expect(explain({ type: "TEXT", reason: { rule: "words", line: 3, file: "b.csv" } })).toBe("the value on line 3 of b.csv is not a number");
  expect(explain({ type: "TEXT", reason: { rule: "too-many-to-compare", value: "2", line: 9 } })).toMatch(
    /the first too many is "2" on line 9$/,
  );
});

test("docs/convert.md tells every rule that decides a type", () => {
  const types = readFileSync(new URL("../dataset.ts", import.meta.url), "utf8");
  const rules = [.../type TypeRule =(.*?";)/s.exec(types)![1]!.matchAll(/\| "(.*?)"/g)].map(([, rule]) => rule!);
  const docs = readFileSync(new URL("../../../../../docs/convert.md", import.meta.url), "utf8");
  expect(rules.length).toBeGreaterThan(10);
  expect(rules.filter((rule) => !docs.includes(`\`${rule}\``))).toEqual([]);
});
