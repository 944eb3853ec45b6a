import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { gzipSync } from "node:zlib";
import { Parser } from "@oclif/core";
import { expect, onTestFinished, test } from "vitest";
import { convert, isPublishError, type Warning } from "@datasette-publish/core";
import { rewriteArgv } from "./argv.ts";
import { ConvertCommand } from "./convert-command.ts";
import { convertFlags } from "./convert-flags.ts";
import { toConvertOptions } from "./convert-options.ts";
import type { Given } from "./flags.ts";

type Files = Readonly<Record<string, string | Uint8Array>>;

/** Converts a folder of `files` as `publish convert csvs out.db …words` does. */
async function converted(files: Files, words: readonly string[]) {
  const dir = mkdtempSync(join(tmpdir(), "convert-flags-"));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, "csvs", name)), { recursive: true });
    writeFileSync(join(dir, "csvs", name), content);
  }
  const { flags } = await Parser.parse(rewriteArgv(["convert", ...words.map((word) => word.replace("DIR", dir))]).slice(1), {
    flags: ConvertCommand.flags,
    strict: true,
  });
  const warnings: Warning[] = [];
  const report = (event: { readonly type: string }) => void (event.type === "warned" && warnings.push(event as unknown as Warning));
  const out = join(dir, "out.db");
  const database = await convert([join(dir, "csvs")], out, toConvertOptions(flags as Given), { report });
  return { dir, out, database, warnings };
}

/** What the first column of a query gives. */
function ask(path: string, sql: string): unknown[] {
  const db = new DatabaseSync(path, { readOnly: true });
  try {
    return db
      .prepare(sql)
      .all()
      .map((row) => Object.values(row)[0]);
  } finally {
    db.close();
  }
}

const people = "id;zip\n1;02134\n2;99801\n";
const parties = "name,party\nAnn,Green\nBob,Red\nCid,Green\n";

/** What a flag does: of these files, this is what the query gives. */
interface Effect {
  readonly files: Files;
  readonly sql: string;
  readonly gives: readonly unknown[];
}

const columnsOf = (table: string) => `SELECT name FROM pragma_table_info('${table}')`;
const typesOf = (table: string) => `SELECT type FROM pragma_table_info('${table}')`;

const effects: readonly (readonly [words: readonly string[], effect: Effect])[] = [
  [
    ["--separator", "a.csv=;"],
    { files: { "a.csv": "x,y;z\n1,2;3\n", "b.csv": "x,y;z\n1,2;3\n" }, sql: columnsOf("a"), gives: ["x,y", "z"] },
  ],
  [["-s", "|"], { files: { "a.csv": "x,y|z\n1,2|3\n" }, sql: columnsOf("a"), gives: ["x,y", "z"] }],
  [["--encoding", "windows-1250"], { files: { "a.csv": Buffer.from("n\n\xb9\n", "latin1") }, sql: "SELECT n FROM a", gives: ["ą"] }],
  [["--skip", "a.csv=1"], { files: { "a.csv": "x,y\nid,n\n1,2\n" }, sql: columnsOf("a"), gives: ["id", "n"] }],
  [["--skip-end", "1"], { files: { "a.csv": "n\n1\n2\ntotal\n" }, sql: "SELECT n FROM a", gives: [1, 2] }],
  [["--no-header"], { files: { "a.csv": "1,2\n3,4\n" }, sql: "SELECT column_1 FROM a", gives: [1, 3] }],
  [["--header-rows", "2"], { files: { "a.csv": "Price,Price\nEUR,USD\n1,2\n" }, sql: "SELECT count(*) FROM a", gives: [1] }],
  [["--ragged", "pad"], { files: { "a.csv": "x,y\n1\n2,3\n" }, sql: "SELECT x FROM a WHERE y IS NULL", gives: [1] }],
  [["--ragged", "skip"], { files: { "a.csv": "x,y\n1\n2,3\n" }, sql: "SELECT x FROM a", gives: [2] }],
  [["--skip-errors"], { files: { "a.csv": "x,y\n1,2,3\n2,3\n" }, sql: "SELECT x FROM a", gives: [2] }],
  [["--skip-files"], { files: { "a.csv": "x,y\n1,2\n", "b.csv": "x,y\n1,2\n3\n" }, sql: "SELECT name FROM sqlite_master", gives: ["a"] }],
  [["--leave-out", "b.csv"], { files: { "a.csv": parties, "b.csv": parties }, sql: "SELECT name FROM sqlite_master", gives: ["a"] }],
  [["--leave-out", "a.party"], { files: { "a.csv": parties }, sql: columnsOf("a"), gives: ["name"] }],
  [["--quote", "none"], { files: { "a.csv": 'n,m\n"x",1\n' }, sql: "SELECT n FROM a", gives: ['"x"'] }],
  [["--quoting", "3"], { files: { "a.csv": 'n,m\n"x",1\n' }, sql: "SELECT n FROM a", gives: ['"x"'] }],
  [
    ["--escape", "backslash"],
    { files: { "a.csv": String.raw`n,m` + "\n" + String.raw`"x\"y",1` + "\n" }, sql: "SELECT n FROM a", gives: ['x"y'] },
  ],
  [["--table", "all"], { files: { "a.csv": "n\n1\n", "b.csv": "n\n2\n" }, sql: "SELECT n FROM 'all'", gives: [1, 2] }],

  [["--type", "people.id=text"], { files: { "people.csv": people }, sql: typesOf("people"), gives: ["TEXT", "TEXT"] }],
  [["--null", "NA"], { files: { "a.csv": "n\n1\nNA\n" }, sql: "SELECT n FROM a", gives: [1, null] }],
  [["--null", "a.n=-"], { files: { "a.csv": "n,m\n1,-\n-,x\n" }, sql: "SELECT m FROM a WHERE n IS NULL OR m = '-'", gives: ["-", "x"] }],
  [["--date", "d"], { files: { "a.csv": "d\n31.01.2024\n02.03.2024\n" }, sql: "SELECT d FROM a", gives: ["2024-01-31", "2024-03-02"] }],
  [["--date", "d=month-first"], { files: { "a.csv": "d\n02/03/2024\n" }, sql: "SELECT d FROM a", gives: ["2024-02-03"] }],
  [["-dt", "d=day-first"], { files: { "a.csv": "d\n02.03.2024 18:30\n" }, sql: "SELECT d FROM a", gives: ["2024-03-02T18:30:00"] }],
  [["-d", "d", "-df", "%y/%d/%m"], { files: { "a.csv": "d\n24/31/01\n" }, sql: "SELECT d FROM a", gives: ["2024-01-31"] }],
  [["--number", "a.n=decimal-comma"], { files: { "a.csv": 'n;m\n"1.234,5";1\n' }, sql: "SELECT n FROM a", gives: [1234.5] }],
  [["-pk", "id"], { files: { "people.csv": people }, sql: "SELECT name FROM pragma_table_info('people') WHERE pk = 1", gives: ["id"] }],
  [["--primary-key", "b.x"], { files: { "a.csv": "x\n1\n1\n", "b.csv": "x\n1\n2\n" }, sql: "SELECT count(*) FROM a", gives: [2] }],
  [["-f", "name"], { files: { "a.csv": parties }, sql: "SELECT name FROM a_fts WHERE a_fts MATCH 'ann'", gives: ["Ann"] }],
  [["-i", "name,party"], { files: { "a.csv": parties }, sql: "SELECT count(*) FROM pragma_index_list('a')", gives: [1] }],
  [["-c", "party:Parties:label"], { files: { "a.csv": parties }, sql: "SELECT label FROM Parties", gives: ["Green", "Red"] }],
  [["-c", "party", "--no-index-fks"], { files: { "a.csv": parties }, sql: "SELECT count(*) FROM pragma_index_list('a')", gives: [0] }],
  [
    ["-c", "party", "--no-fulltext-fks"],
    { files: { "a.csv": parties }, sql: "SELECT count(*) FROM sqlite_master WHERE name LIKE '%fts%'", gives: [0] },
  ],

  [
    ["--settings", "DIR/csvs/mine.yaml"],
    { files: { "a.csv": "n\nNA\n", "mine.yaml": "tables: { a: { null: NA } }" }, sql: "SELECT n FROM a", gives: [null] },
  ],
  [["--empty-as-text"], { files: { "a.csv": "n,m\n,x\n" }, sql: "SELECT n FROM a", gives: [""] }],
  [["--just-strings"], { files: { "a.csv": "n,m\n1,2.5\n" }, sql: typesOf("a"), gives: ["TEXT", "TEXT"] }],
  [["--shape", "party:p(TEXT)"], { files: { "a.csv": parties }, sql: columnsOf("a"), gives: ["p"] }],
  [["--filename-column", "file"], { files: { "a.csv": "n\n1\n" }, sql: "SELECT file FROM a", gives: ["a"] }],
  [["--fixed-column", "year", "2024"], { files: { "a.csv": "n\n1\n" }, sql: "SELECT year FROM a", gives: ["2024"] }],
  [["--fixed-column-int", "year=2024"], { files: { "a.csv": "n\n1\n" }, sql: "SELECT year FROM a", gives: [2024] }],
  [["--fixed-column-float", "rate=0.5"], { files: { "a.csv": "n\n1\n" }, sql: "SELECT rate FROM a", gives: [0.5] }],
  [["--verify"], { files: { "people.csv": people }, sql: "SELECT zip FROM people", gives: ["02134", "99801"] }],
];

test.each(effects)("%j", async (words, { files, sql, gives }) => {
  const { out } = await converted(files, words);
  expect(ask(out, sql)).toEqual(gives);
});

const mails = `name,email\n${Array.from({ length: 20 }, (_, at) => `n${at},person${at}@mail${at}.org`).join("\n")}\n`;

test("a column that was extracted says to which table", async () => {
  const { database } = await converted({ "a.csv": parties }, ["-c", "party:Parties"]);
  expect(database.tables.find(({ name }) => name === "a")!.columns[1]).toMatchObject({
    type: "INTEGER",
    lookup: { table: "Parties", label: "value" },
  });
});

test("--private decides what becomes of a column that looks like private data", async () => {
  const { warnings, database } = await converted({ "a.csv": mails }, []);
  expect(warnings.map(({ code }) => code)).toContain("PRIVATE_DATA");
  expect(database.tables[0]!.columns[1]).toMatchObject({ name: "email", private: "email", example: null, least: null, greatest: null });
  expect((await converted({ "a.csv": mails }, ["--private", "off"])).warnings.map(({ code }) => code)).not.toContain("PRIVATE_DATA");
  await expect(converted({ "a.csv": mails }, ["--private", "error"])).rejects.toMatchObject({ code: "PRIVATE_DATA_FOUND" });
});

test("--max-unpacked bounds what archives unpack to", async () => {
  const files = { "a.csv.gz": gzipSync(`n\n${"1\n".repeat(1000)}`) };
  expect(ask((await converted(files, ["--max-unpacked", "1MB"])).out, "SELECT count(*) FROM a")).toEqual([1000]);
  const error: unknown = await converted(files, ["--max-unpacked", "1kB"]).catch((thrown: unknown) => thrown);
  expect(isPublishError(error) && error.facts).toMatchObject({ value: expect.any(Number) as number });
});

test("a name that means nothing is an error with the nearest", async () => {
  const nearest = { files: { "people.csv": people }, flag: ["--separator", "peple.csv=;"] };
  await expect(converted(nearest.files, nearest.flag)).rejects.toMatchObject({
    code: "OPTION_INVALID",
    message: "No file is called peple.csv.",
  });
  await expect(converted(nearest.files, ["--type", "people.zpi=text"])).rejects.toMatchObject({
    code: "CONVERT_COLUMN_MISSING",
    remedies: [{ action: "set-option", option: "type", value: "people.zip=text" }],
  });
});

test("publish.yaml is followed, a flag wins over it, and what is said of a table goes with it", async () => {
  const yaml = `files:
  people.csv: { separator: ";" }
  totals.csv: { leaveOut: true }
tables:
  people:
    title: People
    description: Who lives where
    key: id
    columns: { zip: { type: integer, description: Post code } }
`;
  const files = { "people.csv": people, "totals.csv": "no, table\n1,2,3\n", "publish.yaml": yaml };
  const { database, out } = await converted(files, ["--type", "zip=text"]);
  expect(database.tables).toMatchObject([{ name: "people", title: "People", description: "Who lives where" }]);
  expect(database.tables[0]!.columns[1]).toMatchObject({ type: "TEXT", description: "Post code" });
  expect(ask(out, "SELECT zip FROM people WHERE id = 1")).toEqual(["02134"]);
});

/** Flags whose effect is not in the tables: see the tests above, and of `--examples` those of the report. */
const elsewhere = ["private", "max-unpacked", "examples"];

test("every flag of the conversion does something", () => {
  const words = new Set(effects.flatMap(([typed]) => rewriteArgv(["convert", ...typed])));
  const letters = new Map(Object.entries(ConvertCommand.flags).map(([name, flag]) => [name, `-${"char" in flag ? flag.char : ""}`]));
  const untested = Object.keys(convertFlags).filter((name) => !words.has(`--${name}`) && !words.has(letters.get(name)!));
  expect(untested.filter((name) => !elsewhere.includes(name))).toEqual([]);
});
