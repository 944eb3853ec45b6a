import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import type { ConvertOptions } from "../dataset.ts";
import { makeTables } from "./fixtures.ts";
import { LabelNumbers } from "./lookup.ts";

const films =
  "film,actor_1,actor_2\nThe Rock,Sean Connery,Nicolas Cage\nNational Treasure,Nicolas Cage,\nTroy,Diane Kruger,Orlando Bloom\n";

test("a column's values move to a lookup table in the order in which they come, with a foreign key, an index and search", async () => {
  await using made = await makeTables({ "t.csv": "id,city\n1,Paris\n2,\n3,Oslo\n4,Paris\n" }, { columns: { city: { extract: {} } } });
  expect(made.values("SELECT * FROM city ORDER BY id")).toEqual([
    [1, "Paris"],
    [2, "Oslo"],
  ]);
  expect(made.values("SELECT id, city FROM t")).toEqual([
    [1, 1],
    [2, null],
    [3, 2],
    [4, 1],
  ]);
  expect(made.rows("PRAGMA foreign_key_list(t)")).toMatchObject([{ table: "city", from: "city", to: "id" }]);
  expect(made.rows("PRAGMA table_info(city)")).toMatchObject([
    { name: "id", type: "INTEGER", pk: 1 },
    { name: "value", type: "TEXT" },
  ]);
  expect(made.values("SELECT name FROM sqlite_master WHERE type = 'index'")).toEqual([['"t_city"']]);
  expect(made.values("SELECT rowid FROM city_value_fts WHERE city_value_fts MATCH 'oslo'")).toEqual([[2]]);
});

test("columns share a lookup table under the label that one of them gives; search finds the labels", async () => {
  const extract = { table: "actors", label: "name" };
  const columns = { actor_1: { extract }, actor_2: { extract: { table: "Actors" } }, film: { extract: {} } };
  await using made = await makeTables({ "t.csv": films }, { columns, fts: ["film", "actor_1", "actor_2"] });
  expect(made.values("SELECT name FROM actors ORDER BY id")).toEqual([
    ["Sean Connery"],
    ["Nicolas Cage"],
    ["Diane Kruger"],
    ["Orlando Bloom"],
  ]);
  expect(made.values("SELECT rowid FROM t_fts WHERE t_fts MATCH 'cage' ORDER BY rowid")).toEqual([[1], [2]]);
  expect(made.values("SELECT rowid FROM t_fts WHERE t_fts MATCH 'bloom troy'")).toEqual([[3]]);
});

test("neither index nor search of lookups where they are not wanted", async () => {
  const options = { columns: { actor_1: { extract: {} } }, indexFks: false, fulltextFks: false };
  await using made = await makeTables({ "t.csv": films }, options);
  expect(made.values("SELECT type, name FROM sqlite_master ORDER BY name")).toEqual([
    ["table", "actor_1"],
    ["table", "t"],
  ]);
});

test("a lookup that cannot be made is refused with what to change", async () => {
  const texts = { "t.csv": films, "film.csv": "a\n1\n" };
  const attempt = (options: ConvertOptions) => makeTables(texts, options);
  const error = { code: "OPTION_INVALID", facts: { option: "extractColumn" } };
  await expect(attempt({ columns: { film: { extract: {} } } })).rejects.toMatchObject(error);
  await expect(attempt({ columns: { film: { extract: { table: "x", label: "id" } } } })).rejects.toMatchObject(error);
  const labels = { film: { extract: { table: "x", label: "a" } }, actor_1: { extract: { table: "x", label: "b" } } };
  await expect(attempt({ columns: labels })).rejects.toMatchObject(error);
  await expect(attempt({ columns: { flim: { extract: {} } } })).rejects.toMatchObject({
    code: "CONVERT_COLUMN_MISSING",
    facts: { nearest: "film" },
  });
});

test("a key may be a column that is extracted", async () => {
  const options = { columns: { k: { extract: {} } }, primaryKey: ["k"] };
  await using made = await makeTables({ "t.csv": "k,v\nb,1\na,2\n" }, options);
  expect(made.values("SELECT t.k, k.value, v FROM t JOIN k ON t.k = k.id")).toEqual([
    [1, "b", 1],
    [2, "a", 2],
  ]);
  await expect(makeTables({ "t.csv": "k,v\nb,1\nb,2\n" }, options)).rejects.toMatchObject({
    code: "CONVERT_KEY_DUPLICATE",
    facts: { line: 3 },
  });
});

test("labels beyond what memory keeps are found in the database", () => {
  using db = new DatabaseSync(":memory:");
  const plan = { table: "colours", label: "value", isThere: false };
  const few = new LabelNumbers(db, plan, { labels: 2, length: 1000 });
  expect(["red", "green", "blue", "red", "blue", "", "grey"].map((label) => few.idOf(label))).toEqual([1, 2, 3, 1, 3, 4, 5]);
  const again = new LabelNumbers(db, { ...plan, isThere: true }, { labels: 1000, length: 5 });
  expect(["grey", "red", "black", "grey", "black"].map((label) => again.idOf(label))).toEqual([5, 1, 6, 5, 6]);
  expect(db.prepare("SELECT count(*) AS n FROM colours").get()).toEqual({ n: 6 });
});
