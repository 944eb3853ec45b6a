import { expect, test } from "vitest";
import type { ConvertOptions } from "../dataset.ts";
import { makeTables } from "./fixtures.ts";

const fixedColumns: ConvertOptions["fixedColumns"] = [
  { name: "share", value: 1.1, type: "REAL" },
  { name: "year", value: 2024, type: "INTEGER" },
  { name: "source", value: "007", type: "TEXT" },
];

test("the file's name and fixed values are columns of every table, with their types", async () => {
  await using made = await makeTables({ "a.csv": "x\n1\n2\n", "b.csv": "y\nz\n" }, { filenameColumn: "file", fixedColumns });
  expect(made.values("SELECT name, type FROM pragma_table_info('a')")).toEqual([
    ["x", "INTEGER"],
    ["file", "TEXT"],
    ["source", "TEXT"],
    ["year", "INTEGER"],
    ["share", "REAL"],
  ]);
  expect(made.values("SELECT *, typeof(year) FROM a")).toEqual([
    [1, "a", "007", 2024, 1.1, "integer"],
    [2, "a", "007", 2024, 1.1, "integer"],
  ]);
  expect(made.values("SELECT * FROM b")).toEqual([["z", "b", "007", 2024, 1.1]]);
});

test("added columns go with a shape, lookups, search, indexes and keys, in several files", async () => {
  const options = {
    filenameColumn: "file",
    shape: "x:n",
    columns: { file: { extract: { table: "files" } } },
    index: ["file"],
    primaryKey: ["file", "n"],
    fts: ["file"],
  };
  await using made = await makeTables({ "a.csv": "x,y\n1,q\n2,q\n", "b.csv": "x\n1\n" }, options);
  expect(made.values("SELECT a.n, files.value FROM a JOIN files ON a.file = files.id")).toEqual([
    [1, "a"],
    [2, "a"],
  ]);
  expect(made.values("SELECT n, file FROM b")).toEqual([[1, 2]]);
  expect(made.values("SELECT rowid FROM b_fts WHERE b_fts MATCH 'b'")).toEqual([[1]]);
});

test("an added column cannot have the name of another", async () => {
  for (const options of [{ filenameColumn: "X" }, { fixedColumns, filenameColumn: "year" }])
    await expect(makeTables({ "a.csv": "x\n1\n" }, options)).rejects.toMatchObject({ code: "OPTION_INVALID", facts: { table: "a" } });
});
