import { expect, test } from "vitest";
import { makeTables } from "./fixtures.ts";

// What csvs-to-sqlite 1.3.1 does to data, in silence or with a traceback, and does not happen here.

test("zeros and plus signs stay, wherever in a file they come", async () => {
  await using made = await makeTables({ "t.csv": `zip,phone\n${"12345,15551234\n".repeat(3000)}02134,+15551234\nA1,15551234\n` });
  expect(made.values("SELECT * FROM t ORDER BY rowid DESC LIMIT 2")).toEqual([
    ["A1", "15551234"],
    ["02134", "+15551234"],
  ]);
});

test("no row is shifted by a field too many", async () => {
  await expect(makeTables({ "t.csv": "a,b\n1,2,3\n4,5\n" })).rejects.toMatchObject({ code: "CSV_INVALID", facts: { line: 2 } });
});

test("extracted integers with blanks between them neither lose digits nor merge", async () => {
  await using made = await makeTables({ "t.csv": "n,v\n1234567,a\n,b\n1234568,c\n1234567,d\n" }, { columns: { n: { extract: {} } } });
  expect(made.values("SELECT v, n.value FROM t LEFT JOIN n ON t.n = n.id ORDER BY v")).toEqual([
    ["a", "1234567"],
    ["b", null],
    ["c", "1234568"],
    ["d", "1234567"],
  ]);
});

test("integers beyond 53 and 64 bits stay exact beside blanks", async () => {
  await using made = await makeTables({ "t.csv": "n,w\n9007199254740993,9223372036854775808\n,1\n" });
  expect(made.values("SELECT n, typeof(n), w, typeof(w) FROM t LIMIT 1")).toEqual([
    [9007199254740993n, "integer", "9223372036854775808", "text"],
  ]);
});

test("a shape's types hold for integers with blanks", async () => {
  await using made = await makeTables({ "t.csv": "a,b\n1,1\n,\n2,2\n" }, { shape: "a(TEXT),b(REAL)" });
  expect(made.values("SELECT a, typeof(b) FROM t WHERE a IS NOT NULL")).toEqual([
    ["1", "real"],
    ["2", "real"],
  ]);
});

test("a file that cannot be read ends the run", async () => {
  await expect(makeTables({ "a.csv": "x\n1\n", "b.csv": 'x\n"1\n' })).rejects.toMatchObject({ code: "CSV_INVALID" });
});

test("a shape and an added column go with several files", async () => {
  await using made = await makeTables({ "a.csv": "x,y\n1,2\n", "b.csv": "y,x\n3,4\n" }, { shape: "x:n", filenameColumn: "file" });
  expect(made.values("SELECT * FROM a UNION ALL SELECT * FROM b")).toEqual([
    [1, "a"],
    [4, "b"],
  ]);
});

test("columns that differ by case, and names with brackets", async () => {
  await using made = await makeTables({ "t.csv": "a,A,[b]\n1,2,3\n" }, { index: ["[b]"], columns: { "[b]": { extract: {} } } });
  expect(made.rows("SELECT * FROM t")).toEqual([{ a: 1, A_2: 2, "[b]": 1 }]);
  expect(made.values("SELECT value FROM sqlite_master JOIN \"(b)\" WHERE name = '(b)'")).toEqual([["3"]]);
});

test("a column that no file has is an error, for every option", async () => {
  const extract = { columns: { nope: { extract: {} } } };
  for (const options of [
    extract,
    { primaryKey: ["nope"] },
    { index: ["nope"] },
    { fts: ["nope"] },
    { columns: { nope: { date: "auto" as const } } },
  ])
    await expect(makeTables({ "t.csv": "a\n1\n" }, options)).rejects.toMatchObject({
      code: "CONVERT_COLUMN_MISSING",
      facts: { column: "nope" },
    });
});

test("search and keys go to the tables that have the columns", async () => {
  const options = { fts: ["name"], primaryKey: ["id"] };
  await using made = await makeTables({ "a.csv": "id,name\n1,x\n", "b.csv": "v\n1\n" }, options);
  expect(made.values("SELECT rowid FROM a_fts WHERE a_fts MATCH 'x'")).toEqual([[1]]);
  expect(made.values("SELECT count(*) FROM b")).toEqual([[1]]);
});

test("a date that cannot be read stays as it is", async () => {
  const options = { columns: { d: { date: "auto" as const } } };
  await using made = await makeTables({ "t.csv": "d\n3rd May 2017\nyesterday\n\n7\n" }, options);
  expect(made.values("SELECT d FROM t")).toEqual([["2017-05-03"], ["yesterday"], [null], ["7"]]);
});
