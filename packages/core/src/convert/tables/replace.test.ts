import { writeFile } from "node:fs/promises";
import { DatabaseSync } from "node:sqlite";
import { stat, chmod, readdir } from "node:fs/promises";
import { expect, test } from "vitest";
import { makeTables } from "./fixtures.ts";

test("tables of the same names are replaced, with their search and indexes; others stay", async () => {
  await using made = await makeTables({ "t.csv": "a\none\n", "u.csv": "b\n1\n" }, { fts: ["a"], index: ["a"] });
  await writeFile(made.folder.at("t.csv"), "a\ntwo\n");
  await chmod(made.folder.at("out.db"), 0o640);
  for (let times = 0; times < 2; times++) await made.again(["t.csv"], { fts: ["a"], index: ["a"] });
  expect(made.values("SELECT a FROM t")).toEqual([["two"]]);
  expect(made.values("SELECT b FROM u")).toEqual([[1]]);
  expect(made.values("SELECT rowid FROM t_fts WHERE t_fts MATCH 'two'")).toEqual([[1]]);
  expect(made.values("SELECT name FROM sqlite_master WHERE type = 'index'")).toEqual([['"t_a"']]);
  expect((await stat(made.folder.at("out.db"))).mode & 0o777).toBe(0o640);
});

test("a lookup table that is there keeps its numbers and gets the new labels, in its search too", async () => {
  const options = { columns: { city: { extract: {} } } };
  await using made = await makeTables({ "t.csv": "city\nParis\nOslo\n", "u.csv": "city\nOslo\nRome\n" }, options);
  await writeFile(made.folder.at("t.csv"), "city\nLima\nOslo\n");
  await made.again(["t.csv"], options);
  expect(made.values("SELECT * FROM city")).toEqual([
    [1, "Paris"],
    [2, "Oslo"],
    [3, "Rome"],
    [4, "Lima"],
  ]);
  expect(made.values("SELECT city FROM t")).toEqual([[4], [2]]);
  expect(made.values("SELECT rowid FROM city_value_fts WHERE city_value_fts MATCH 'lima'")).toEqual([[4]]);
});

test("what a write-ahead log holds is kept, and what others refer to is replaced", async () => {
  await using made = await makeTables({ "t.csv": "id\n7\n" }, { primaryKey: ["id"] });
  using db = new DatabaseSync(made.folder.at("out.db"));
  db.exec("PRAGMA journal_mode = WAL; CREATE TABLE other (t REFERENCES t (id)); INSERT INTO other VALUES (7)");
  await made.again(["t.csv"]);
  expect(made.values("SELECT t FROM other")).toEqual([[7]]);
  db.close();
  expect((await readdir(made.folder.path)).sort()).toEqual(["out.db", "t.csv"]);
});

test("a view, and a file that is no database, are refused and stay", async () => {
  await using made = await makeTables({ "t.csv": "a\n1\n", "v.csv": "a\n1\n" }, { everyFile: { table: "t" } });
  const out = made.folder.at("out.db");
  const db = new DatabaseSync(out);
  db.exec("CREATE VIEW V AS SELECT a FROM t");
  db.close();
  await expect(made.again(["v.csv"])).rejects.toMatchObject({ code: "CONVERT_TABLE_UNFIT", facts: { table: "v" } });
  expect(made.values("SELECT * FROM V")).toEqual([[1], [1]]);
  await writeFile(out, "no database");
  await expect(made.again(["t.csv"])).rejects.toMatchObject({ code: "SQLITE_INVALID" });
  expect((await readdir(made.folder.path)).sort()).toEqual(["out.db", "t.csv", "v.csv"]);
});
