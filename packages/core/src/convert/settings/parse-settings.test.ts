import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { PublishError } from "../../errors/publish-error.ts";
import { parseSettings } from "./parse-settings.ts";

/** The example of the docs, and what is easily mistaken by YAML: names and words that look like other values. */
const people = `
files:
  people.csv: { separator: ";", encoding: windows-1250, skip: 2 }
  totals.csv: { leaveOut: true }
tables:
  people:
    description: Who lives where
    key: [person_id]
    null: NA
    columns:
      zip:    { type: text }
      joined: { date: day-first, formats: "%d.%m.%Y" }
      salary: { number: decimal-comma, null: ["n/a", "-", 0, null, no] }
      email:  { leaveOut: true }
      party:  { extract: true }
      no:     { extract: { table: answers, label: answer } }
      __proto__: { type: real }
    search: name
    index: [[town_id], zip, [a, b]]
`;

test("a file of settings becomes settings, with lists where one name is enough", () => {
  const { settings } = parseSettings(people, "publish.yaml");
  expect(settings).toEqual({
    files: { "people.csv": { separator: ";", encoding: "windows-1250", skip: 2 }, "totals.csv": { leaveOut: true } },
    tables: {
      people: {
        description: "Who lives where",
        key: ["person_id"],
        null: ["NA"],
        columns: {
          zip: { type: "text" },
          joined: { date: "day-first", formats: ["%d.%m.%Y"] },
          salary: { number: "decimal-comma", null: ["n/a", "-", "0", "null", "no"] },
          email: { leaveOut: true },
          party: { extract: {} },
          no: { extract: { table: "answers", label: "answer" } },
          ["__proto__"]: { type: "real" },
        },
        search: ["name"],
        index: [["town_id"], ["zip"], ["a", "b"]],
      },
    },
  });
});

test("each key and name has its line", () => {
  const { lineOf } = parseSettings(people, "publish.yaml");
  expect(lineOf("files", "totals.csv")).toBe(4);
  expect(lineOf("tables", "people", "key", "person_id")).toBe(8);
  expect(lineOf("tables", "people", "columns", "email")).toBe(14);
  expect(lineOf("tables", "people", "index", "b")).toBe(19);
  expect(lineOf("tables", "nobody")).toBeNull();
});

test.each(["", "# nothing yet\n", "files:\n", "files:\n  a.csv:\n", "\uFEFFfiles:\n  a.csv:\n    separator:\n"])(
  "%j says nothing",
  (text) => {
    const { settings } = parseSettings(text, "publish.yaml");
    for (const said of Object.values(settings.files ?? {})) expect(said).toEqual({});
    expect(settings.tables).toBeUndefined();
  },
);

test("what is said twice is said once, by an anchor", () => {
  const { settings } = parseSettings("files:\n  a.csv: &both { skip: 1 }\n  b.csv: *both\n", "publish.yaml");
  expect(settings.files).toEqual({ "a.csv": { skip: 1 }, "b.csv": { skip: 1 } });
});

function problemOf(text: string): PublishError {
  try {
    parseSettings(text, "csvs/publish.yaml");
  } catch (error) {
    return error as PublishError;
  }
  throw new Error(`no problem in ${text}`);
}

test.each([
  ["files:\n  a.csv:\n    seperator: ';'\n", 3, 'a file has no setting "seperator"', "Write separator."],
  ["files:\n  a.csv: { leaveout: true }\n", 2, 'a file has no setting "leaveout"', "Write leaveOut."],
  ["file:\n  a.csv: {}\n", 1, 'publish.yaml has no setting "file"', "Write files."],
  ["tables:\n  t:\n    columns:\n      a: { typ: text }\n", 4, 'a column has no setting "typ"', "Write type."],
  ["tables:\n  t: { colour: red }\n", 2, 'a table has no setting "colour"', /^Write one of title, description, key/],
  ["tables:\n  t:\n    columns:\n      a: { extract: { labl: x } }\n", 4, 'a lookup table has no setting "labl"', "Write label."],
])("an unknown key is told with its line and the nearest: %j", (text, line, message, advice) => {
  const error = problemOf(text);
  expect(error).toMatchObject({ code: "SETTINGS_INVALID", message: `csvs/publish.yaml, line ${line}: ${message}.` });
  expect(error.facts).toMatchObject({ file: "csvs/publish.yaml", line });
  expect(error.remedies[0]).toMatchObject({ action: "advise", text: typeof advice === "string" ? advice : expect.stringMatching(advice) });
});

test.each([
  ["files:\n  a.csv: { skip: two }\n", 2, 'skip takes a whole number, 0 or more, not "two"'],
  ["files:\n  a.csv: { skip: -1 }\n", 2, 'skip takes a whole number, 0 or more, not "-1"'],
  ["files:\n  a.csv: { skip: '2' }\n", 2, 'skip takes a whole number, 0 or more, not "2"'],
  ["files:\n  a.csv: { separator: ';;' }\n", 2, 'separator takes one character, not ";;"'],
  ["files:\n  a.csv: { encoding: ansi }\n", 2, 'encoding takes an encoding, such as windows-1252, not "ansi"'],
  ["files:\n  a.csv: { leaveOut: yes }\n", 2, 'leaveOut takes true or false, not "yes"'],
  ["files:\n  a.csv: { ragged: [pad] }\n", 2, "ragged takes one of error, pad, skip, not a list"],
  ["files: [a.csv]\n", 1, "files takes names with settings below each, not a list"],
  ["files: a.csv\n", 1, 'files takes names with settings below each, not "a.csv"'],
  ["- a\n", 1, "the file takes names with settings below each, not a list"],
  ["tables:\n  t:\n    key: { a: 1 }\n", 3, "key takes a name, or several in [ ], not names with settings"],
  ["tables:\n  t:\n    columns:\n      a: text\n", 4, 'a takes names with settings below each, not "text"'],
  ["tables:\n  t:\n    columns:\n      a: { type: txt }\n", 4, 'type takes one of text, integer, real, blob, numeric, not "txt"'],
  ["files:\n  a.csv: {}\n  a.csv: {}\n", 3, "this is not valid YAML: Map keys must be unique"],
  ["files:\n  a.csv: {\n", 3, /./],
  ["files: &a\n  b.csv: *a\n", 2, 'a file has no setting "b.csv"'],
  ["files: !!python/name:os.system {}\n", 1, /tag/],
])("a value that its key does not take is told with its line: %j", (text, line, message) => {
  const error = problemOf(text);
  expect(error).toMatchObject({ code: "SETTINGS_INVALID", facts: { file: "csvs/publish.yaml", line } });
  expect(error.message).toMatch(typeof message === "string" ? `csvs/publish.yaml, line ${line}: ${message}.` : message);
  expect(error.remedies).toContainEqual({ action: "replace-file", file: "csvs/publish.yaml", line });
});

test("the example in docs/convert.md is one", () => {
  const page = readFileSync(new URL("../../../../../docs/convert.md", import.meta.url), "utf8");
  const [, example = ""] = /^( {4}# yaml-language-server[^]*?)\n\n(?! )/m.exec(page) ?? [];
  const { settings } = parseSettings(example.replaceAll(/^ {4}/gm, ""), "publish.yaml");
  expect(settings.files).toEqual({ "people.csv": { separator: ";", encoding: "windows-1250", skip: 2 }, "totals.csv": { leaveOut: true } });
  expect(settings.tables?.["people"]).toMatchObject({ key: ["person_id"], search: ["name"], index: [["town_id"]] });
});
