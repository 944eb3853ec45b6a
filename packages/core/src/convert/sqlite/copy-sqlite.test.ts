import { copyFile, readFile, readdir, writeFile } from "node:fs/promises";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { inputsOf, makeFolder, query, recordEvents, snapshot } from "../fixtures.ts";
import { makeDataset } from "../make-dataset.ts";

test("a WAL database is copied with what its -wal holds; its folder stays byte-identical", async () => {
  await using folder = await makeFolder({ "in/.keep": "" });
  const writer = new DatabaseSync(folder.at("live.db"));
  writer.exec("PRAGMA journal_mode = wal; CREATE TABLE t (a); INSERT INTO t VALUES (1), (2); PRAGMA wal_checkpoint(truncate)");
  writer.exec("INSERT INTO t VALUES (3); CREATE TABLE late (b)");
  // As a program that still has it open leaves it.
  for (const suffix of ["", "-wal"]) await copyFile(folder.at(`live.db${suffix}`), folder.at(`in/my data.db${suffix}`));
  writer.close();
  const before = await snapshot(folder.at("in"));
  const { databases } = await makeDataset(inputsOf(folder.at("in")), folder.at("work"), {}, recordEvents());
  expect(databases[0]).toMatchObject({
    name: "my data",
    fileName: "my data.db",
    tables: [
      { name: "t", rows: 3 },
      { name: "late", rows: 0 },
    ],
  });
  expect(await snapshot(folder.at("in"))).toEqual(before);
  expect(await readdir(folder.at("work"))).toEqual(["my data.db"]);
  const header = await readFile(folder.at("work/my data.db"));
  expect([header[18], header[19]]).toEqual([1, 1]);
});

test("rowids of deleted rows stay gaps", async () => {
  await using folder = await makeFolder();
  const db = new DatabaseSync(folder.at("x.db"));
  db.exec("CREATE TABLE t (a); INSERT INTO t VALUES (1), (2), (3); DELETE FROM t WHERE a = 2");
  db.close();
  const { databases } = await makeDataset(inputsOf(folder.at("x.db")), folder.at("work"), {}, recordEvents());
  expect(query(databases[0]!.path, "SELECT rowid FROM t")).toEqual([{ rowid: 1 }, { rowid: 3 }]);
});

test("every table counts as in Datasette's inspect: sqlite_* and FTS shadow tables, no views", async () => {
  await using folder = await makeFolder();
  const db = new DatabaseSync(folder.at("x.db"));
  db.exec(`CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a); INSERT INTO t (a) VALUES ('x'); CREATE VIEW v AS SELECT 1;
    CREATE VIRTUAL TABLE f USING fts5 (a); CREATE TABLE "we]ird" (a)`);
  db.close();
  const ctx = recordEvents();
  const { databases } = await makeDataset(inputsOf(folder.at("x.db")), folder.at("work"), {}, ctx);
  const names = databases[0]!.tables.map(({ name }) => name);
  expect(names).toEqual(["t", "sqlite_sequence", "f", "f_data", "f_idx", "f_content", "f_docsize", "f_config", "we]ird"]);
  expect(ctx.warnings()).toEqual(["TABLE_NAME_UNSERVABLE"]);
});

test("a damaged file is SQLITE_INVALID and leaves nothing", async () => {
  await using folder = await makeFolder();
  const db = new DatabaseSync(folder.at("ok.db"));
  db.exec("CREATE TABLE t (a); WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 5000) INSERT INTO t SELECT i FROM n");
  db.close();
  const bytes = await readFile(folder.at("ok.db"));
  const damages = [
    bytes.subarray(0, 100),
    bytes.subarray(0, 8192),
    Buffer.concat([bytes.subarray(0, 100), Buffer.alloc(bytes.length - 100, 0xff)]),
  ];
  for (const damaged of damages) {
    await writeFile(folder.at("bad.db"), damaged);
    await expect(makeDataset(inputsOf(folder.at("bad.db")), folder.at("work"), {}, recordEvents())).rejects.toMatchObject({
      code: "SQLITE_INVALID",
      facts: { file: folder.at("bad.db") },
      remedies: [{ action: "run", run: ["sqlite3", folder.at("bad.db"), "PRAGMA integrity_check"] }, { action: "leave-out" }],
    });
    expect(await readdir(folder.at("work"))).toEqual([]);
  }
});
