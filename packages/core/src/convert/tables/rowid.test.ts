import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import type { ConvertOptions } from "../dataset.ts";
import { inputsOf, makeFolder, query, recordEvents } from "../fixtures.ts";
import { convert, makeDataset } from "../make-dataset.ts";

/** The rows of `t`, page by page, as the table page of Datasette 0.65 asks for them: by the key of one column, else by the rowid. */
function walk(path: string, pageSize = 2): Record<string, unknown>[] {
  const keys = query(path, "SELECT name FROM pragma_table_info('t') WHERE pk > 0 ORDER BY pk").map(({ name }) => `"${String(name)}"`);
  const key = keys.length === 1 ? keys[0]! : "rowid";
  const rows: Record<string, unknown>[] = [];
  for (let where = ""; ;) {
    const page = `from t ${where} order by ${key} limit ${pageSize}`;
    rows.push(...query(path, `select * ${page}`));
    const ends = query(path, `select ${key} as "end" ${page}`);
    if (ends.length < pageSize) return rows;
    const end = ends.at(-1)!["end"];
    where = `where ${key} > ${typeof end === "string" ? `'${end}'` : String(end)}`;
  }
}

async function convertText(content: string, options: ConvertOptions = {}) {
  await using folder = await makeFolder({ "t.csv": content });
  const ctx = recordEvents();
  const { path, tables } = await convert([folder.at("t.csv")], folder.at("out.db"), options, ctx);
  const [{ sql } = {}] = query(path, "SELECT sql FROM sqlite_master WHERE name = 't'");
  const search = query(path, "SELECT name FROM sqlite_master WHERE name = 't_fts'").length > 0;
  return {
    names: tables.find(({ name }) => name === "t")!.columns.map(({ name }) => name),
    key: /"(\w+)" (\w+) PRIMARY KEY/.exec(String(sql))?.slice(1) ?? null,
    rows: walk(path),
    found: search ? query(path, "select * from t where rowid in (select rowid from t_fts where t_fts match 'x')") : [],
    warnings: ctx.warnings(),
    facts: ctx.events.flatMap((event) => (event.type === "warned" ? [event.facts] : [])),
  };
}

test.each(["rowid", "ROWID", "_rowid_", "oid", "OID"])("a column %s of different integers is the key, in any order", async (name) => {
  const { key, rows, warnings } = await convertText(`${name},v\n7,a\n-3,b\n9223372036854775807,c\n0,d\n5,e\n`);
  expect([key, warnings]).toEqual([[name, "INTEGER"], []]);
  expect(rows.map(({ v }) => v)).toEqual(["b", "d", "e", "a", "c"]);
});

test.each([
  ["the same integers", "1,a\n1,b\n1,c\n1,d\n1,e\n", {}, [1, 1, 1, 1, 1]],
  ["one integer twice, at the end", "5,a\n4,b\n3,c\n2,d\n5,e\n", {}, [5, 4, 3, 2, 5]],
  ["blanks", "1,a\n,b\n3,c\n,d\n5,e\n", {}, [1, null, 3, null, 5]],
  ["blanks as text", "1,a\n,b\n3,c\n,d\n5,e\n", { emptyAsText: true }, [1, "", 3, "", 5]],
  ["text", "x,a\ny,b\nz,c\n1,d\n2,e\n", {}, ["x", "y", "z", "1", "2"]],
  ["decimals", "1.5,a\n2,b\n3,c\n4,d\n5,e\n", {}, [1.5, 2, 3, 4, 5]],
  ["exponents", "1.5e3,a\n2,b\n3,c\n4,d\n5,e\n", {}, [1500, 2, 3, 4, 5]],
  ["integers that are to be strings", "1,a\n2,b\n3,c\n4,d\n5,e\n", { justStrings: true }, ["1", "2", "3", "4", "5"]],
  ["integers beside a declared key", "1,a\n1,b\n2,c\n3,d\n4,e\n", { primaryKey: ["v"] }, [1, 1, 2, 3, 4]],
  ["a key beside a declared key", "1,a\n2,b\n3,c\n4,d\n5,e\n", { primaryKey: ["v"] }, [1, 2, 3, 4, 5]],
  ["a part of a declared key", "1,a\n1,b\n2,c\n2,d\n3,e\n", { primaryKey: ["rowid", "v"] }, [1, 1, 2, 2, 3]],
] as const)("a column rowid of %s gets another name, and every row is reached", async (_of, records, options, values) => {
  const { names, rows, warnings, facts } = await convertText(`rowid,v\n${records}`, options);
  expect(names).toEqual(["rowid_2", "v"]);
  expect(rows.map(({ v }) => v).join("")).toBe("abcde");
  expect(rows.map(({ rowid_2 }) => rowid_2)).toEqual(values);
  expect(warnings).toEqual(["COLUMN_RESERVED"]);
  expect(facts).toMatchObject([{ table: "t", column: "rowid_2", wanted: "rowid" }]);
});

test("a declared key keeps such a name as an integer; else it is the key under another", async () => {
  const whole = await convertText("RowID,v\n2,b\n1,a\n3,c\n", { primaryKey: ["rowid"] });
  expect([whole.key, whole.rows.map(({ v }) => v), whole.warnings]).toEqual([["RowID", "INTEGER"], ["a", "b", "c"], []]);
  for (const [records, options, type] of [
    ["x,a\ny,b\n", {}, "TEXT"],
    ["1,a\n2,b\n", { justStrings: true }, "TEXT"],
    ["1.5,a\n2,b\n", {}, "REAL"],
  ] as const) {
    const { key, rows, warnings } = await convertText(`rowid,v\n${records}`, { ...options, primaryKey: ["rowid"] });
    expect([key, rows.map(({ v }) => v), warnings]).toEqual([["rowid_2", type], ["a", "b"], ["COLUMN_RESERVED"]]);
  }
  const declared = { primaryKey: ["rowid"] };
  await expect(convertText("rowid,v\n1,a\n1,b\n", declared)).rejects.toMatchObject({ code: "CONVERT_KEY_DUPLICATE", facts: { line: 3 } });
  await expect(convertText("rowid,v\n1,a\n,b\n", declared)).rejects.toMatchObject({ code: "CONVERT_KEY_BLANK", facts: { blanks: 1 } });
});

test("of several such columns one is the key; another name is one that is free", async () => {
  const both = await convertText("v,rowid,OID,rowid_2\na,3,1,x\nb,2,1,y\nc,1,1,z\n");
  expect([both.names, both.key]).toEqual([
    ["v", "rowid", "OID_2", "rowid_2"],
    ["rowid", "INTEGER"],
  ]);
  const second = await convertText("v,rowid,OID,ROWID_2\na,1,3,x\nb,1,2,y\nc,1,1,z\n");
  expect([second.names, second.key]).toEqual([
    ["v", "rowid_3", "OID", "ROWID_2"],
    ["OID", "INTEGER"],
  ]);
  const twice = await convertText("rowid,rowid,_rowid_\n1,a,x\n1,b,y\n1,c,z\n");
  expect(twice.names).toEqual(["rowid_3", "rowid_2", "_rowid__2"]);
  expect(twice.warnings).toEqual(["COLUMN_RENAMED", "COLUMN_RESERVED", "COLUMN_RESERVED"]);
  for (const { rows } of [both, second, twice]) expect(rows).toHaveLength(3);
});

test("a header alone is renamed; rows beyond memory's cache are told apart", async () => {
  expect((await convertText("rowid,v\n")).names).toEqual(["rowid_2", "v"]);
  const count = 60_000;
  const numbers = Array.from({ length: count }, (_, index) => (index * 7919) % 60_013);
  await using folder = await makeFolder({ "t.csv": `oid,v\n${numbers.map((number) => `${number},x\n`).join("")}` });
  const { path } = await convert([folder.at("t.csv")], folder.at("out.db"), {}, recordEvents());
  expect(walk(path, 1000)).toHaveLength(count);
  expect(query(path, "SELECT count(*) AS n FROM t WHERE oid = _rowid_")).toEqual([{ n: count }]);
});

test("search and indexes name such a column as the file does; FTS5 gets it under another name", async () => {
  const { names, found, rows } = await convertText("rowid,v\n9,x\n9,y\n8,x\n", { fts: ["v"], index: ["rowid"] });
  expect([names, found.map(({ rowid_2 }) => rowid_2), rows.length]).toEqual([["rowid_2", "v"], [9, 8], 3]);
  const kept = await convertText("rowid,v\n9,x\n7,y\n8,x\n", { fts: ["v"] });
  expect(kept.found.map(({ rowid }) => rowid)).toEqual([8, 9]);
  for (const options of [{}, { primaryKey: ["rowid"] }]) {
    const searched = await convertText("rowid,v\n9,x\n7,y\n8,x\n", { ...options, fts: ["rowid", "v"] });
    expect([searched.names, searched.found.length, searched.rows.length]).toEqual([["rowid_2", "v"], 2, 3]);
  }
});

test("a table that lacks the declared key keeps its rowid as the key", async () => {
  await using folder = await makeFolder({ "in/t.csv": "rowid,v\n2,b\n1,a\n", "in/u.csv": "id,rowid\n1,1\n2,1\n" });
  const { tables } = await convert([folder.at("in")], folder.at("out.db"), { primaryKey: ["id"] }, recordEvents());
  expect(tables.map(({ columns }) => columns.map(({ name }) => name))).toEqual([
    ["rowid", "v"],
    ["id", "rowid_2"],
  ]);
});

test("of a SQLite file a warning names each column that hides a rowid, and no other", async () => {
  await using folder = await makeFolder();
  using db = new DatabaseSync(folder.at("x.db"));
  db.exec(`
    CREATE TABLE plain ("rowid", v);
    CREATE TABLE keyed (id INTEGER PRIMARY KEY, "OID" TEXT);
    CREATE TABLE descending ("rowid" INTEGER PRIMARY KEY DESC);
    CREATE TABLE short ("rowid" INT PRIMARY KEY);
    CREATE TABLE compound ("_rowid_" INTEGER, v, PRIMARY KEY ("_rowid_", v));
    CREATE TABLE computed (v, "RowID" AS (v));
    CREATE TABLE alias ("rowid" INTEGER PRIMARY KEY, v);
    CREATE TABLE "alias of the table" ("oid" INTEGER, PRIMARY KEY ("oid"));
    CREATE TABLE without ("rowid" TEXT PRIMARY KEY) WITHOUT ROWID;
    CREATE TABLE other (v, "rowids");
    CREATE VIRTUAL TABLE search USING fts5 (v);
    CREATE VIEW seen AS SELECT v AS rowid FROM plain;
    CREATE VIEW broken AS SELECT v AS rowid FROM gone`);
  const ctx = recordEvents();
  await makeDataset(inputsOf(folder.at("x.db")), folder.at("work"), {}, ctx);
  const hidden = ctx.events.flatMap((event) => (event.type === "warned" ? [event] : []));
  expect(hidden.map(({ code, facts: { table, column } }) => [code, table, column])).toEqual([
    ["ROWID_HIDDEN", "compound", "_rowid_"],
    ["ROWID_HIDDEN", "computed", "RowID"],
    ["ROWID_HIDDEN", "descending", "rowid"],
    ["ROWID_HIDDEN", "keyed", "OID"],
    ["ROWID_HIDDEN", "plain", "rowid"],
    ["ROWID_HIDDEN", "short", "rowid"],
  ]);
  expect(hidden[0]).toMatchObject({
    facts: { file: folder.at("x.db") },
    remedies: [{ action: "replace-file", file: folder.at("x.db") }],
  });
});
