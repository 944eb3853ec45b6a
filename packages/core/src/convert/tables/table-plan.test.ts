import { expect, test } from "vitest";
import { makeTables } from "./fixtures.ts";

const people = "id,name,zip\n1,Ann,02134\n2,Bob,\n";

test("columns are renamed and left out; options name them by either name", async () => {
  const columns = { name: { name: "person" }, id: { leaveOut: true } };
  await using made = await makeTables({ "t.csv": people }, { columns, index: ["person,zip"], fts: ["name"] });
  expect(made.rows("SELECT * FROM t")).toEqual([
    { person: "Ann", zip: "02134" },
    { person: "Bob", zip: null },
  ]);
  expect(made.values("SELECT name FROM sqlite_master WHERE type = 'index'")).toEqual([['"t_person_zip"']]);
  expect(made.values("SELECT rowid FROM t_fts WHERE person MATCH 'bob'")).toEqual([[2]]);
});

test("a column that is left out cannot be a key, nor can two have one name, nor none be left", async () => {
  const leftOut = { columns: { id: { leaveOut: true } }, primaryKey: ["id"] };
  await expect(makeTables({ "t.csv": people }, leftOut)).rejects.toMatchObject({
    code: "CONVERT_COLUMN_MISSING",
    facts: { option: "leaveOut", table: "t", column: "id" },
  });
  const twice = { columns: { id: { name: "Name" } } };
  await expect(makeTables({ "t.csv": people }, twice)).rejects.toMatchObject({ code: "OPTION_INVALID", facts: { option: "name" } });
  const none = { leaveOut: ["id", "name", "zip"] };
  await expect(makeTables({ "t.csv": people }, none)).rejects.toMatchObject({ code: "OPTION_INVALID", facts: { option: "leaveOut" } });
});

test("a key has no word for no value, and a key that is to be an integer no other value", async () => {
  const words = { primaryKey: ["id"], columns: { id: { null: ["-"] } } };
  await expect(makeTables({ "t.csv": "id\n1\n-\n" }, words)).rejects.toMatchObject({
    code: "CONVERT_KEY_BLANK",
    facts: { column: "id", blanks: 1 },
  });
  const typed = { primaryKey: ["id"], columns: { id: { type: "integer" } } } as const;
  await expect(makeTables({ "t.csv": "id\n1\nx\n" }, typed)).rejects.toMatchObject({
    code: "CONVERT_TABLE_UNFIT",
    facts: { line: 3, column: "id" },
    remedies: [{ action: "set-option", option: "type", value: "t.id=text" }],
  });
  await using made = await makeTables({ "t.csv": "id\n2\n01\n" }, typed);
  expect(made.values("SELECT id FROM t WHERE rowid = id")).toEqual([[1], [2]]);
});

test("an index is made once, and search of one table has not the name of another", async () => {
  const options = { index: ["id", "id", "t.id"], fts: ["t.name"], columns: { "u.id": { extract: { table: "t_name" } } } };
  await using made = await makeTables({ "t.csv": people, "u.csv": "id\nx\n", "t_fts_data.csv": "a\n1\n" }, options);
  expect(made.values("SELECT name FROM sqlite_master WHERE type = 'index' ORDER BY name")).toEqual([['"t_id"'], ['"u_id"']]);
  expect(made.values("SELECT name FROM sqlite_master WHERE sql LIKE '%USING FTS5%' ORDER BY name")).toEqual([
    ["t_fts-2"],
    ["t_name_value_fts"],
  ]);
  expect(made.values("SELECT * FROM t_fts_data")).toEqual([[1]]);
});
