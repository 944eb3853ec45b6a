import { Parser } from "@oclif/core";
import { expect, test } from "vitest";
import type { ConvertOptions } from "@datasette-publish/core";
import { rewriteArgv } from "./argv.ts";
import { ConvertCommand } from "./convert-command.ts";
import { convertCommandFlags, convertFlags } from "./convert-flags.ts";
import { toConvertOptions } from "./convert-options.ts";
import type { Given } from "./flags.ts";

/** The options that `publish convert …` gives to core; `of` are those that are looked at. */
async function optionsOf(...words: readonly string[]): Promise<ConvertOptions> {
  const [, ...argv] = rewriteArgv(["convert", ...words]);
  const { flags } = await Parser.parse(argv, { flags: ConvertCommand.flags, strict: true });
  return toConvertOptions(flags as Given);
}

const nothing = { everyFile: {}, files: {}, everyColumn: {}, columns: {} };

/** Every flag of the conversion, with what it says to core. */
const said: readonly (readonly [words: readonly string[], options: ConvertOptions])[] = [
  [["--separator", ";"], { everyFile: { separator: ";" } }],
  [["-s", String.raw`\t`], { everyFile: { separator: String.raw`\t` } }],
  [["--separator", "people.csv=;"], { files: { "people.csv": { separator: ";" } } }],
  [["--separator", "a=b.csv=="], { files: { "a=b.csv": { separator: "=" } } }],
  [["--separator", "="], { everyFile: { separator: "=" } }],
  [["--separator", "a.csv=;", "--separator", "|"], { everyFile: { separator: "|" }, files: { "a.csv": { separator: ";" } } }],
  [["--quote", "none", "--quote", "a.csv='"], { everyFile: { quote: "none" }, files: { "a.csv": { quote: "'" } } }],
  [["-q", "3"], { everyFile: { quote: "none" } }],
  [["--quoting", "0"], {}],
  [["--escape", "backslash"], { everyFile: { escape: "backslash" } }],
  [["--encoding", "windows-1250"], { everyFile: { encoding: "windows-1250" } }],
  [["--skip", "2", "--skip", "a.csv=0"], { everyFile: { skip: 2 }, files: { "a.csv": { skip: 0 } } }],
  [["--skip-end", "1"], { everyFile: { skipEnd: 1 } }],
  [["--no-header"], { everyFile: { headerRows: 0 } }],
  [["--header-rows", "sub/a.csv=2"], { files: { "sub/a.csv": { headerRows: 2 } } }],
  [["--ragged", "pad"], { everyFile: { ragged: "pad", long: "pad" } }],
  [["--skip-errors"], { everyFile: { long: "skip" } }],
  [["--skip-files"], { skipFiles: true }],
  [["-t", "all"], { everyFile: { table: "all" } }],
  [["--table", "2024.csv=years"], { files: { "2024.csv": { table: "years" } } }],
  [["--leave-out", "a.csv", "--leave-out", "t.c"], { leaveOut: ["a.csv", "t.c"] }],

  [["--type", "people.zip=TEXT"], { columns: { "people.zip": { type: "text" } } }],
  [["--type", "a=b=real"], { columns: { "a=b": { type: "real" } } }],
  [["--null", "NA", "--null", "-"], { everyColumn: { null: ["NA", "-"] } }],
  [["--null", "a=-", "--null", "a=n/a"], { columns: { a: { null: ["-", "n/a"] } } }],
  [["-d", "joined", "--date", "t.left=day-first"], { columns: { joined: { date: "auto" }, "t.left": { date: "day-first" } } }],
  [["-dt", "seen", "-df", "%d.%m.%Y"], { columns: { seen: { datetime: "auto" } }, everyColumn: { formats: ["%d.%m.%Y"] } }],
  [["--datetime", "seen=month-first"], { columns: { seen: { datetime: "month-first" } } }],
  [["--datetime-format", "%Y"], { everyColumn: { formats: ["%Y"] } }],
  [["--number", "salary=decimal-comma"], { columns: { salary: { number: "decimal-comma" } } }],
  [["-pk", "a", "--primary-key", "b"], { primaryKey: ["a", "b"] }],
  [["-f", "name", "--fts", "t.text"], { fts: ["name", "t.text"] }],
  [["-i", "a,b", "--index", "c"], { index: ["a,b", "c"] }],
  [["-c", "party"], { columns: { party: { extract: {} } } }],
  [["-c", "party:Party"], { columns: { party: { extract: { table: "Party" } } } }],
  [["--extract-column", "party:Party:name"], { columns: { party: { extract: { table: "Party", label: "name" } } } }],
  [["-c", "a:b:c:d"], { columns: { "a:b:c:d": { extract: {} } } }],
  [["--type", "a=text", "-c", "a"], { columns: { a: { type: "text", extract: {} } } }],

  [["--settings", "my.yaml"], { settings: { path: "my.yaml", name: "my.yaml" } }],
  [["--empty-as-text"], { emptyAsText: true }],
  [["--just-strings"], { justStrings: true }],
  [["--shape", "a:b(TEXT),c"], { shape: "a:b(TEXT),c" }],
  [["--filename-column", "file"], { filenameColumn: "file" }],
  [["--fixed-column", "year", "2024"], { fixedColumns: [{ name: "year", type: "TEXT", value: "2024" }] }],
  [["--fixed-column", "note=a=b"], { fixedColumns: [{ name: "note", type: "TEXT", value: "a=b" }] }],
  [["--fixed-column-int", "year", "-5"], { fixedColumns: [{ name: "year", type: "INTEGER", value: -5 }] }],
  [["--fixed-column-float", "rate=0.5"], { fixedColumns: [{ name: "rate", type: "REAL", value: 0.5 }] }],
  [["--no-index-fks"], { indexFks: false }],
  [["--no-fulltext-fks"], { fulltextFks: false }],
  [["--replace-tables"], { replaceTables: true }],
  [["--private", "error"], { private: "error" }],
  [["--verify"], { verify: true }],
  [["--max-unpacked", "20GB"], { maxUnpackedBytes: 20e9 }],
  [["--examples"], {}],
];

test.each(said)("%j", async (words, options) => {
  expect(await optionsOf(...words)).toEqual({ ...nothing, ...options });
});

test("every flag of the conversion is among them", () => {
  const words = new Set(said.flatMap(([typed]) => rewriteArgv(["convert", ...typed])));
  const letters = new Map(Object.entries(convertCommandFlags).map(([name, { char }]) => [name, `-${char}`]));
  expect(Object.keys(convertFlags).filter((name) => !words.has(`--${name}`) && !words.has(letters.get(name)!))).toEqual([]);
});

test.each([
  [["--skip", "two"], "skip"],
  [["--skip-end", "a.csv=-1"], "skip-end"],
  [["--header-rows", "1.5"], "header-rows"],
  [["--type", "zip"], "type"],
  [["--number", "salary"], "number"],
  [["--fixed-column", "=1"], "fixed-column"],
  [["--fixed-column-int", "a=1.5"], "fixed-column-int"],
  [["--fixed-column-int", "a="], "fixed-column-int"],
  [["--fixed-column-float", "a=x"], "fixed-column-float"],
  [["--max-unpacked", "lots"], "max-unpacked"],
])("%j is refused", async (words, option) => {
  await expect(optionsOf(...words)).rejects.toMatchObject({ code: "OPTION_INVALID", facts: { option } });
});

test("letters are those of csvs-to-sqlite, and convert's alone", () => {
  expect(Object.entries(convertFlags).filter(([, flag]) => "char" in flag)).toEqual([]);
  const letters = Object.entries(convertCommandFlags).flatMap(([name, { char }]) => (char === undefined ? [] : [`-${char} --${name}`]));
  expect(letters.sort()).toEqual(
    ["-c --extract-column", "-d --date", "-f --fts", "-i --index", "-q --quoting", "-s --separator", "-t --table"].sort(),
  );
});
