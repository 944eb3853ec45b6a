import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, it } from "vitest";
import { compare, type CompareOptions } from "./compare.ts";

let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "compare test #1? 'x'-"));
});
afterEach(() => rm(dir, { recursive: true }));

function changeOf(before: string, after: string, options?: CompareOptions) {
  const files = [before, after].map((sql, at) => {
    const file = join(dir, `${at}.db`);
    const db = new DatabaseSync(file);
    db.exec(sql);
    db.close();
    return file;
  });
  return compare(files[0]!, files[1]!, options).tables;
}

const numbered = (rows: number) => `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${rows})`;

it("tells new, changed and gone rows by the primary key", () => {
  const before = "CREATE TABLE t (id INTEGER PRIMARY KEY, a, b); INSERT INTO t VALUES (1, 'x', NULL), (2, 'y', 1), (3, 'z', 2);";
  const after = "CREATE TABLE t (id INTEGER PRIMARY KEY, a, b); INSERT INTO t VALUES (1, 'x', NULL), (2, 'y', NULL), (4, 'w', 2);";
  expect(changeOf(before, after)).toEqual([
    {
      table: "t",
      state: "changed",
      rowsBefore: 3,
      rowsAfter: 3,
      newRows: 1,
      changedRows: 1,
      goneRows: 1,
      key: ["id"],
      newColumns: [],
      goneColumns: [],
      types: [],
    },
  ]);
});

it("compares whole rows where there is no key, each as often as it is there", () => {
  const before = "CREATE TABLE t (a, b); INSERT INTO t VALUES (1, 2), (1, 2), (1, NULL), (3, 4);";
  const after = "CREATE TABLE t (a, b); INSERT INTO t VALUES (1, 2), (1, NULL), (5, 6), (5, 6), (3, '4');";
  expect(changeOf(before, after)).toMatchObject([{ key: [], newRows: 3, goneRows: 2, changedRows: 0, state: "changed" }]);
});

it("takes a key that is wanted where no two rows have the same", () => {
  const before = "CREATE TABLE t (a, b); INSERT INTO t VALUES (1, 2), (3, 4);";
  const after = "CREATE TABLE t (a, b); INSERT INTO t VALUES (1, 9), (3, 4);";
  expect(changeOf(before, after, { keys: { t: ["a"] } })).toMatchObject([{ key: ["a"], changedRows: 1, newRows: 0, goneRows: 0 }]);
  for (const row of ["(1, 7)", "(NULL, 7)"])
    expect(changeOf("", `INSERT INTO t VALUES ${row};`, { keys: { t: ["a"] } })).toMatchObject([{ key: [], changedRows: 0 }]);
  expect(changeOf("", "", { keys: { t: ["none"] } })).toMatchObject([{ key: [] }]);
});

it("tells tables and columns that came, went and turned", () => {
  const before = `CREATE TABLE gone (a); INSERT INTO gone VALUES (1), (2); CREATE TABLE same (a); INSERT INTO same VALUES (1);
    CREATE TABLE t (zip TEXT, phone TEXT); INSERT INTO t VALUES ('00123', '1');`;
  const after = `CREATE TABLE fresh (a); INSERT INTO fresh VALUES (1); CREATE TABLE same (a); INSERT INTO same VALUES (1);
    CREATE TABLE t (zip INTEGER, "e""mail" TEXT); INSERT INTO t VALUES (123, 'x');`;
  expect(changeOf(before, after)).toMatchObject([
    { table: "fresh", state: "new", newRows: 1, rowsBefore: 0 },
    { table: "gone", state: "gone", goneRows: 2, rowsAfter: 0 },
    { table: "same", state: "same", rowsBefore: 1, rowsAfter: 1 },
    {
      table: "t",
      state: "changed",
      newColumns: ['e"mail'],
      goneColumns: ["phone"],
      types: [{ column: "zip", before: "TEXT", after: "INTEGER" }],
      newRows: 1,
      goneRows: 1,
    },
  ]);
});

it("passes over what full-text search keeps, and takes tables with nothing in common", () => {
  const before = "CREATE TABLE t (a); INSERT INTO t VALUES (1); CREATE VIRTUAL TABLE t_fts USING fts5(a, content='t');";
  const after = "CREATE TABLE t (b); INSERT INTO t VALUES (1), (2);";
  expect(changeOf(before, after)).toMatchObject([{ table: "t", newRows: 2, goneRows: 1, newColumns: ["b"], goneColumns: ["a"] }]);
});

it("writes into neither file, and stops at its signal", () => {
  const sql = "CREATE TABLE t (a);";
  expect(() => changeOf(sql, sql, { signal: AbortSignal.abort() })).toThrow(expect.objectContaining({ name: "AbortError" }) as Error);
});

it.each(["id INTEGER PRIMARY KEY", "id INTEGER"])("is exact for 100,000 rows, in memory that does not grow with them (%s)", (id) => {
  const fill = (offset: number) =>
    `CREATE TABLE t (${id}, a TEXT, b REAL); ${numbered(100_000)} INSERT INTO t SELECT i + ${offset}, 'Person ' || (i + ${offset}), (i + ${offset}) * 1.37 FROM n;`;
  const before = process.memoryUsage().rss;
  const [table] = changeOf(fill(0), `${fill(100)} UPDATE t SET a = 'changed' WHERE id % 100 = 0;`);
  const grown = process.memoryUsage().rss - before;
  const byKey = id.includes("PRIMARY");
  // Of 100,000 ids from 101 on, 99,900 are in both, 999 of which are hundreds; the last of all is new and changed as well.
  expect(table).toMatchObject(
    byKey ? { newRows: 100, goneRows: 100, changedRows: 999 } : { newRows: 1099, goneRows: 1099, changedRows: 0 },
  );
  expect(grown).toBeLessThan(120e6);
});
