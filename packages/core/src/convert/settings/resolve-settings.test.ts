import { expect, test } from "vitest";
import type { ConvertOptions } from "../dataset.ts";
import { parseSettings } from "./parse-settings.ts";
import { resolveSettings, type ResolvedSettings } from "./resolve-settings.ts";

const source = (text: string, of: { prefix?: string; whole?: boolean } = {}) => ({
  path: "/csvs/publish.yaml",
  name: "publish.yaml",
  state: "1",
  prefix: "",
  whole: true,
  ...parseSettings(text, "publish.yaml"),
  ...of,
});

interface Given {
  readonly yaml?: string;
  readonly whole?: boolean;
  /** Labels of files; each message calls them by their place in `csvs`. */
  readonly files?: readonly string[];
  readonly tables?: Readonly<Record<string, readonly string[]>>;
}

function resolve(options: ConvertOptions, { yaml, whole = true, files = [], tables = {} }: Given = {}): ResolvedSettings {
  const resolved = resolveSettings(options, yaml === undefined ? [] : [source(yaml, { whole })]);
  for (const label of files) resolved.fileSettings(label, `csvs/${label}`);
  for (const [table, header] of Object.entries(tables)) resolved.addTable(table, header);
  return resolved;
}

test("an option wins over the file, and one file over all, key by key", () => {
  const yaml = `files:\n  "*": { separator: "|", encoding: windows-1250, skip: 1 }\n  sub/a.csv: { skip: 2, quote: none }\n`;
  const settings = resolve({ everyFile: { encoding: "latin1" }, files: { "sub/a.csv": { separator: String.raw`\t` } } }, { yaml });
  expect(settings.fileSettings("sub/a.csv", "csvs/sub/a.csv")).toEqual({ separator: "\t", encoding: "latin1", skip: 2, quote: "none" });
  expect(settings.fileSettings("a.csv", "csvs/a.csv")).toEqual({ separator: "|", encoding: "latin1", skip: 1 });
});

test.each([
  ["people.csv", "people.csv", "csvs/people.csv"],
  ["./people.csv", "people.csv", "csvs/people.csv"],
  ["csvs/people.csv", "people.csv", "csvs/people.csv"],
  ["people.csv.gz", "people.csv", "csvs/people.csv.gz"],
  ["data/x.csv", "data/x.csv", "csvs/data.zip/x.csv"],
  ["\u00FCber.csv", "u\u0308ber.csv", "csvs/u\u0308ber.csv"],
])("the name %s is of the file %s (%s)", (given, label, name) => {
  const settings = resolve({ files: { [given]: { skip: 1 } } });
  expect(settings.fileSettings(label, name)).toEqual({ skip: 1 });
  expect(settings.fileSettings("other.csv", "csvs/other.csv")).toEqual({});
  expect(() => settings.requireFiles()).not.toThrow();
});

test("a file of settings speaks of its own folder", () => {
  const settings = resolveSettings({}, [source("files:\n  x.csv: { skip: 1 }\n", { prefix: "a/" })]);
  expect(settings.fileSettings("x.csv", "a/x.csv")).toEqual({ skip: 1 });
  expect(settings.fileSettings("x.csv", "b/x.csv")).toEqual({});
});

test("what is said of one file is told apart from what is said of all", () => {
  const yaml = `files:\n  "*": { skip: 1 }\n  a.txt: {}\n`;
  const settings = resolve({ everyFile: { skip: 2 }, files: { "b.txt": { skip: 3 } } }, { yaml });
  expect(["a.txt", "b.txt", "c.txt"].map((label) => settings.isFileNamed(label, `csvs/${label}`))).toEqual([true, true, false]);
});

test("an option's title of a table wins over the file's, and may be of a table that is not there", () => {
  const yaml = `tables:\n  "*": { description: Data }\n  people: { title: People, key: [id] }\n`;
  const options = { tables: { people: { title: "Staff" }, gone: { title: "Gone" } } };
  const settings = resolve(options, { yaml, tables: { people: ["id"], towns: ["id"] } });
  expect(settings.tableSettings("people")).toMatchObject({ title: "Staff", description: "Data", key: ["id"] });
  expect(settings.tableSettings("towns").title).toBeUndefined();
  expect(() => settings.requireColumns()).not.toThrow();
});

test("what is left out is a file first, then a column", () => {
  const settings = resolve({ leaveOut: ["notes.csv", "email", "towns.note"] }, { files: ["notes.csv"] });
  expect(settings.fileSettings("notes.csv", "csvs/notes.csv")).toEqual({ leaveOut: true });
  settings.addTable("people", ["email", "note"]);
  settings.addTable("towns", ["note"]);
  expect(settings.tableSettings("people").columns).toEqual({ email: { leaveOut: true } });
  expect(settings.tableSettings("towns").columns).toEqual({ note: { leaveOut: true } });
});

test.each([
  [{ files: { "peple.csv": { separator: ";" } } }, "separator", { action: "set-option", option: "separator", value: "people.csv=;" }],
  [{ files: { "people.csv": { skip: 2 } } }, "skip", { action: "set-option", option: "skip", value: "sub/people.csv=2" }],
  [{ files: { "x.csv": { long: "pad" } } }, "ragged", { action: "advise", text: "The files are sub/people.csv, towns.csv." }],
] as const)("a name of no file is told with the nearest: %j", (options, option, remedy) => {
  const files = option === "separator" ? ["people.csv"] : ["sub/people.csv", "towns.csv"];
  const error = expect.objectContaining({ code: "OPTION_INVALID", facts: { option }, remedies: [remedy] }) as Error;
  expect(() => resolve(options, { files }).requireFiles()).toThrow(error);
});

test("publish.yaml must name files that are there only where a folder was given", () => {
  const yaml = "files:\n  people.csv: {}\n  twons.csv: { skip: 1 }\n";
  const files = ["people.csv", "towns.csv"];
  const error = expect.objectContaining({
    code: "SETTINGS_INVALID",
    message: "publish.yaml, line 3: no file is called twons.csv.",
    remedies: [
      { action: "advise", text: "Write towns.csv." },
      { action: "replace-file", file: "publish.yaml", line: 3 },
    ],
  }) as Error;
  expect(() => resolve({}, { yaml, files }).requireFiles()).toThrow(error);
  expect(() => resolve({}, { yaml, files, whole: false }).requireFiles()).not.toThrow();
});

test.each([
  [{ everyFile: { quote: "`" } }, "quote"],
  [{ everyFile: { ragged: "drop" } }, "ragged"],
  [{ files: { "a.csv": { separator: "::" } } }, "separator"],
  [{ everyFile: { separator: "\n" } }, "separator"],
  [{ everyFile: { encoding: "ansi" } }, "encoding"],
  [{ columns: { a: { type: "txt" } } }, "type"],
] as unknown as [ConvertOptions, string][])("a value that an option does not take is refused: %j", (options, option) => {
  expect(() => resolve(options)).toThrow(expect.objectContaining({ code: "OPTION_INVALID", facts: { option } }) as Error);
});

const linked = { schools: ["school", "town_id"], towns: ["town_id", "Town"] };

test("a column is one of its table, or of every table that has it", () => {
  const settings = resolve(
    { columns: { "towns.town_id": { type: "text" }, town_id: { type: "integer", null: ["-"] } }, everyColumn: { null: ["NA"] } },
    { tables: linked },
  );
  expect(settings.tableSettings("towns").columns).toEqual({
    town_id: { type: "text", null: ["NA", "-"] },
    Town: { null: ["NA"] },
  });
  expect(settings.tableSettings("schools").columns).toMatchObject({ town_id: { type: "integer" } });
});

test("an exact name of a column goes before table.column, and a longer name of a table before a shorter one", () => {
  const tables = { a: ["b.c", "d"], "a.b": ["c"], x: ["a.d"] };
  const settings = resolve({ columns: { "a.b.c": { type: "text" }, "a.d": { type: "real" } } }, { tables });
  expect(settings.tableSettings("a.b").columns).toEqual({ c: { type: "text" } });
  expect(settings.tableSettings("a").columns).toEqual({});
  expect(settings.tableSettings("x").columns).toEqual({ "a.d": { type: "real" } });
});

test("a column is found in another case, by its name in the file and by the name that it gets", () => {
  const settings = resolve({ columns: { NAME: { name: "title" }, "": { type: "text" } }, fts: ["title"] }, { tables: { t: ["name", ""] } });
  expect(settings.tableSettings("t")).toMatchObject({ columns: { name: { name: "title" }, column_2: { type: "text" } }, search: ["name"] });
  expect(() => settings.requireColumns()).not.toThrow();
});

test("the columns of a table are those of all its files, and those that an option names or adds", () => {
  const settings = resolve(
    { columns: { c: { type: "text" } }, primaryKey: ["place", "year"], fts: ["town"] },
    { tables: { t: ["town", "b"] } },
  );
  settings.addTable("t", ["b", "c"]);
  settings.addTable("t", ["place", "year"], ["town", "year"]);
  expect(settings.tableSettings("t")).toMatchObject({ columns: { c: { type: "text" } }, key: ["town", "year"], search: ["town"] });
  expect(() => settings.requireColumns()).not.toThrow();
});

test.each([
  [["towns.town_id"], [], ["town_id"]],
  [["town_id"], ["town_id"], ["town_id"]],
  [["school", "town_id"], ["school", "town_id"], []],
  [["school", "towns.town_id"], ["school"], ["town_id"]],
  [["towns.Town", "towns.town_id"], [], ["Town", "town_id"]],
])("the key %j is %j of schools and %j of towns", (primaryKey, schools, towns) => {
  const settings = resolve({ primaryKey }, { tables: linked });
  expect(settings.tableSettings("schools").key).toEqual(schools);
  expect(settings.tableSettings("towns").key).toEqual(towns);
});

test.each([
  [["town_id"], [["town_id"]], [["town_id"]]],
  [["towns.town_id,Town"], [], [["town_id", "Town"]]],
  [["school, town_id"], [["school", "town_id"]], []],
])("the indexes %j are %j of schools and %j of towns", (index, schools, towns) => {
  const settings = resolve({ index }, { tables: linked });
  expect(settings.tableSettings("schools").index).toEqual(schools);
  expect(settings.tableSettings("towns").index).toEqual(towns);
});

test("a comma may be in the name of a column", () => {
  const settings = resolve({ index: ["a,b"] }, { tables: { t: ["a,b", "a", "b"] } });
  expect(settings.tableSettings("t").index).toEqual([["a,b"]]);
});

test("options take the place of the file's key, search and indexes, and end another reading of a column", () => {
  const yaml = `tables:
  people:
    key: id
    search: [name]
    index: [town_id]
    null: NA
    columns: { joined: { date: day-first, null: "-", description: When } }
`;
  const tables = { people: ["id", "name", "town_id", "joined"], other: ["id"] };
  const settings = resolve({ columns: { joined: { datetime: "auto" } }, fts: ["town_id"] }, { yaml, tables });
  expect(settings.tableSettings("people")).toMatchObject({ key: ["id"], search: ["town_id"], index: [["town_id"]] });
  expect(settings.tableSettings("people").columns?.["joined"]).toEqual({ datetime: "auto", null: ["NA", "-"], description: "When" });
  expect(settings.tableSettings("other").key).toEqual([]);
});

test("* is every table", () => {
  const yaml = `tables:\n  "*": { null: NA, columns: { town_id: { type: text } } }\n  towns: { null: "-" }\n`;
  const settings = resolve({}, { yaml, tables: linked });
  expect(settings.tableSettings("schools").columns).toEqual({ school: { null: ["NA"] }, town_id: { null: ["NA"], type: "text" } });
  expect(settings.tableSettings("towns").columns).toMatchObject({ Town: { null: ["NA", "-"] } });
  expect(() => settings.requireColumns()).not.toThrow();
});

test.each([
  [{ columns: { "towns.twon_id": { type: "text" } } }, "type", "towns.town_id=text"],
  [{ columns: { scool: { null: ["-"] } } }, "null", "school=-"],
  [{ columns: { scool: { extract: {} } } }, "extractColumn", "school"],
  [{ primaryKey: ["town"] }, undefined, undefined],
  [{ primaryKey: ["twon_id"] }, "primaryKey", "town_id"],
  [{ fts: ["scool"] }, "fts", "school"],
  [{ index: ["school,twon_id"] }, "index", undefined],
  [{ leaveOut: ["scool"] }, "leaveOut", "school"],
] as unknown as [ConvertOptions, string | undefined, string | undefined][])("a column that no table has: %j", (options, option, value) => {
  const settings = resolve(options, { tables: linked });
  if (option === undefined) expect(() => settings.requireColumns()).not.toThrow();
  else {
    const remedy: unknown = expect.objectContaining({ action: "set-option", option, ...(value !== undefined && { value }) });
    const remedies: unknown = expect.arrayContaining([remedy]);
    expect(() => settings.requireColumns()).toThrow(expect.objectContaining({ code: "CONVERT_COLUMN_MISSING", remedies }) as Error);
  }
});

test.each([
  ["tables:\n  twons: {}\n", 2, "no table is called twons", "Write towns."],
  ["tables:\n  towns:\n    columns:\n      twon_id: { type: text }\n", 4, "the table towns has no column twon_id", "Write town_id."],
  ["tables:\n  towns:\n    key: [id]\n", 3, "the table towns has no column id", "Write one of town_id, Town."],
  ['tables:\n  "*":\n    search: scool\n', 3, "no table has a column scool", "Write school."],
])("publish.yaml names what no table has: %j", (yaml, line, message, advice) => {
  const error = { code: "SETTINGS_INVALID", message: `publish.yaml, line ${line}: ${message}.` };
  const remedies = [
    { action: "advise", text: advice },
    { action: "replace-file", file: "publish.yaml", line },
  ];
  expect(() => resolve({}, { yaml, tables: linked }).requireColumns()).toThrow(expect.objectContaining({ ...error, remedies }) as Error);
});

test("a table of a file that was not given, or is left out, may be named", () => {
  const yaml = "files:\n  totals.csv: { leaveOut: true }\ntables:\n  totals: { title: T }\n";
  const files = ["totals.csv"];
  expect(() => resolve({}, { yaml, files, tables: linked }).requireColumns()).not.toThrow();
  expect(() => resolve({}, { yaml, tables: linked, whole: false }).requireColumns()).not.toThrow();
});
