import { readFile, writeFile } from "node:fs/promises";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it, test } from "vitest";
import type { PublishEvent } from "../../events/events.ts";
import { inputsOf, makeFolder, recordEvents } from "../fixtures.ts";
import { makeDataset } from "../make-dataset.ts";
import { findPrivateRows } from "./private-rows.ts";

/** Runs SQL in a new SQLite file, and answers what a preparation of it says. */
async function prepared(sql: string, options: Parameters<typeof makeDataset>[2] = {}): Promise<PublishEvent[]> {
  await using folder = await makeFolder();
  // Not defensive: what no SQLite of today makes is written, too.
  using db = new DatabaseSync(folder.at("people.db"), { defensive: false });
  db.exec(sql);
  const ctx = recordEvents();
  await makeDataset(
    inputsOf(folder.at("people.db")).map((input) => ({ ...input, name: "people.db" })),
    folder.at("work"),
    options,
    ctx,
  );
  return ctx.events;
}

/** SQL that makes what it names by another name, which SQLite does not know. */
function renamed(sql: string, known: string, unknown: string): string {
  return `${sql} PRAGMA writable_schema = on; UPDATE sqlite_master SET sql = replace(sql, '${known}', '${unknown}');`;
}

const warned = (events: readonly PublishEvent[]) => events.filter((event) => event.type === "warned");
const numbers = (most: number): string => `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT ${most})`;
const contacts = `CREATE TABLE contacts (id INTEGER PRIMARY KEY, mail TEXT, town TEXT);
  INSERT INTO contacts ${numbers(3)} SELECT i, 'ann' || i || '@town.org', 'Köln' FROM n;`;

test("a column of private data is told, with its table and without a line, and the file to replace", async () => {
  const [told, ...others] = warned(await prepared(contacts));
  expect(others).toEqual([]);
  expect(told).toMatchObject({
    code: "PRIVATE_DATA",
    message: "people.db: contacts.mail holds e-mail addresses: 3 of 3 rows (an…@t…). Everyone who can open the site can see it.",
    facts: { file: "people.db", database: "people", table: "contacts", column: "mail", kind: "email", count: 3, counted: 3, line: null },
    remedies: [{ action: "replace-file", file: "people.db", note: "by dropping the column mail of contacts" }],
  });
});

test("all rows of a table are looked at", async () => {
  const events = await prepared(
    `CREATE TABLE notes (text); INSERT INTO notes ${numbers(25_000)} SELECT iif(i = 24999, 'ask zoe@town.org', 'note ' || i) FROM n;`,
  );
  expect(warned(events)).toMatchObject([{ facts: { column: "text", kind: "email-in-text", count: 1, counted: 25_000 } }]);
});

describe("of a table with more than 500,000 values, some are looked at", () => {
  const names = "a, b, c, d, e, f, g, h, i, j";
  const others = "'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x'";
  const filled = (a: string): string => `${numbers(80_000)} SELECT ${a}, ${others}`;

  const some = filled("iif(i > 79500, i || '@town.org', 'none')");
  it.each([
    ["with rowids", `CREATE TABLE t (${names}); INSERT INTO t ${some} FROM n;`, 40_000],
    [
      "most of them close together",
      `CREATE TABLE t (${names}); INSERT INTO t ${some} FROM n; INSERT INTO t (rowid) VALUES (1 << 62);`,
      40_001,
    ],
    ["without rowids", `CREATE TABLE t (${names}, k PRIMARY KEY) WITHOUT ROWID; INSERT INTO t ${some}, i FROM n;`, 40_000],
    ["with a column of that name", `CREATE TABLE t (${names}, _rowid_); INSERT INTO t ${some}, i / 2.0 FROM n;`, 40_000],
  ])("%s", async (_, sql, looked) => {
    const told = warned(await prepared(sql)).find(({ code }) => code === "PRIVATE_DATA");
    expect(told?.facts).toMatchObject({ column: "a", counted: looked, count: 250 });
  });
});

test("whole numbers are looked at; binary data, decimals and indexes for search are not", async () => {
  const events = await prepared(`
    CREATE TABLE t (card INTEGER, photo BLOB, share REAL, made TEXT AS (CAST(photo AS TEXT)) VIRTUAL);
    INSERT INTO t ${numbers(20)} SELECT 4111111111111111, CAST('ann@town.org' AS BLOB), 4111111111111111.5 FROM n;
    ${contacts} CREATE VIRTUAL TABLE search USING fts5 (mail, content=contacts); INSERT INTO search (search) VALUES ('rebuild');`);
  expect(warned(events).map(({ facts: { table, column, kind } }) => [table, column, kind])).toEqual([
    ["t", "card", "card"],
    ["t", "made", "email"],
    ["contacts", "mail", "email"],
  ]);
});

test.each([
  ["that holds its texts itself", "CREATE VIRTUAL TABLE mails USING fts5 (sender, body)", "mails"],
  ["of the version before", "CREATE VIRTUAL TABLE mails USING fts4 (sender, body)", "mails"],
  [
    "whose texts are in a table of the user's",
    "CREATE TABLE mails_content (id, body, sender); CREATE VIRTUAL TABLE mails USING fts5 (body, content=mails_content)",
    "mails_content",
  ],
])("a table for search is looked at: one %s", async (_, sql, table) => {
  const events = await prepared(`${sql}; INSERT INTO ${table} (sender, body) VALUES ('ann@town.org', 'Hello'), ('bob@town.org', 'Bye');`);
  expect(warned(events).map(({ facts }) => [facts["table"], facts["column"]])).toEqual([[table, "sender"]]);
});

test("a table with an index by a collation that is not known here is counted, and looked at", async () => {
  const indexed = contacts.replace("mail TEXT", "mail TEXT COLLATE nocase UNIQUE");
  expect(warned(await prepared(renamed(indexed, "nocase", "locale"))).map(({ code }) => code)).toEqual(["PRIVATE_DATA"]);
});

test("a table that cannot be read is told", async () => {
  const made = "CREATE TABLE t (a, b AS (upper(a))); INSERT INTO t VALUES ('ann@town.org');";
  const [told, ...others] = warned(await prepared(renamed(made, "upper", "shout")));
  expect(others).toEqual([]);
  expect(told).toMatchObject({ code: "PRIVATE_UNCHECKED", facts: { file: "people.db", table: "t", reason: "unknown function: shout()" } });
});

test("the first 10,000 characters of a value are looked at", async () => {
  const events = await prepared(`CREATE TABLE pages (early, late);
    INSERT INTO pages VALUES ('ask ann@town.org ' || hex(zeroblob(6000)), hex(zeroblob(6000)) || ' ask ann@town.org');`);
  expect(warned(events).map(({ facts }) => facts["column"])).toEqual(["early"]);
});

test("a table of as many columns as there can be is looked at", async () => {
  const names = Array.from({ length: 2000 }, (_, at) => `c${at}`);
  const events = await prepared(
    `CREATE TABLE t (${names.join()}); INSERT INTO t (c1999) ${numbers(600)} SELECT 'ann' || i || '@town.org' FROM n;`,
  );
  expect(warned(events).map(({ facts: { column } }) => column)).toEqual(["c1999"]);
});

test("nothing is looked at when that is asked, and a finding is an error when that is", async () => {
  expect(warned(await prepared(contacts, { private: "off" }))).toEqual([]);
  await expect(prepared(contacts, { private: "error" })).rejects.toMatchObject({
    code: "PRIVATE_DATA_FOUND",
    facts: { file: "people.db", table: "contacts", column: "mail" },
    remedies: [
      { action: "replace-file", file: "people.db" },
      { action: "set-option", option: "private", value: "warn" },
    ],
  });
});

test("it stops in the midst of a table", async () => {
  await using folder = await makeFolder();
  const path = folder.at("big.db");
  using db = new DatabaseSync(path);
  db.exec(`CREATE TABLE t (a); INSERT INTO t ${numbers(100_000)} SELECT 'text ' || i FROM n;`);
  const stop = new AbortController();
  const input = { path, name: "big.db", fileName: "big.db", database: "big" };
  const found = findPrivateRows(
    input,
    { path, tables: [{ name: "t", rows: 100_000, source: null, columns: [] }] },
    recordEvents(stop.signal),
  );
  stop.abort(new Error("stopped"));
  await expect(found).rejects.toThrow("stopped");
});

test("rows that cannot be read are an error with the file", async () => {
  await using folder = await makeFolder();
  const path = folder.at("bad.db");
  const input = { path, name: "bad.db", fileName: "bad.db", database: "bad" };
  {
    using db = new DatabaseSync(path);
    db.exec(`PRAGMA page_size = 512; CREATE TABLE t (a); INSERT INTO t ${numbers(1000)} SELECT 'text ' || i FROM n;`);
  }
  const bytes = await readFile(path);
  bytes.fill(0xff, 10 * 512, 12 * 512);
  await writeFile(path, bytes);
  await expect(
    findPrivateRows(input, { path, tables: [{ name: "t", rows: 1000, source: null, columns: [] }] }, recordEvents()),
  ).rejects.toMatchObject({
    code: "SQLITE_INVALID",
    facts: { file: "bad.db" },
  });
});
