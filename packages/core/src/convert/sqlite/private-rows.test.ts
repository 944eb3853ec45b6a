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
  using db = new DatabaseSync(folder.at("people.db"));
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
    remedies: [{ action: "replace-file", file: "people.db", note: "by one without the column mail of contacts" }],
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

  it.each([
    ["at even distances", `CREATE TABLE t (${names}); INSERT INTO t ${filled("iif(i > 79500, i || '@town.org', 'none')")} FROM n;`, 50_000],
    [
      "the first ones, where most rowids are close together",
      `CREATE TABLE t (${names}); INSERT INTO t ${filled("iif(i % 99 = 0, i || '@town.org', 'none')")} FROM n; INSERT INTO t (rowid) VALUES (1 << 62);`,
      50_051,
    ],
    [
      "the first ones, where there are no rowids",
      `CREATE TABLE t (${names}, k PRIMARY KEY) WITHOUT ROWID; INSERT INTO t ${filled("iif(i % 99 = 0, i || '@town.org', 'none')")}, i FROM n;`,
      45_455,
    ],
  ])("%s", async (_, sql, most) => {
    const [told] = warned(await prepared(sql));
    expect(told?.facts).toMatchObject({ column: "a", counted: most });
  });
});

test("whole numbers are looked at; binary data, decimals, indexes for search and generated columns are not", async () => {
  const events = await prepared(`
    CREATE TABLE t (card INTEGER, photo BLOB, share REAL, made TEXT AS (photo || '') VIRTUAL);
    INSERT INTO t ${numbers(20)} SELECT 4111111111111111, CAST('ann@town.org' AS BLOB), 4111111111111111.5 FROM n;
    ${contacts} CREATE VIRTUAL TABLE search USING fts5 (mail, content=contacts); INSERT INTO search (search) VALUES ('rebuild');`);
  expect(warned(events).map(({ facts: { table, column, kind } }) => [table, column, kind])).toEqual([
    ["t", "card", "card"],
    ["contacts", "mail", "email"],
  ]);
});

test("a table for search that holds its texts itself is looked at", async () => {
  const events = await prepared(
    "CREATE VIRTUAL TABLE mails USING fts5 (sender, body); INSERT INTO mails VALUES ('ann@town.org', 'Hello'), ('bob@town.org', 'Bye');",
  );
  expect(warned(events).map(({ facts: { table, column } }) => [table, column])).toEqual([["mails", "sender"]]);
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
  const found = findPrivateRows(input, { path, tables: [{ name: "t", rows: 100_000, source: null, columns: [] }] }, stop.signal);
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
  await expect(findPrivateRows(input, { path, tables: [{ name: "t", rows: 1000, source: null, columns: [] }] })).rejects.toMatchObject({
    code: "SQLITE_INVALID",
    facts: { file: "bad.db" },
  });
});
