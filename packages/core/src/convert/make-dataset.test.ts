import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import type { ConvertOptions } from "./dataset.ts";
import { inputsOf, makeFolder, recordEvents } from "./fixtures.ts";
import { makeDataset } from "./make-dataset.ts";

test("publish.yaml is a source, and no data", async () => {
  await using folder = await makeFolder({ "csvs/a.csv": "n\n1\n", "csvs/publish.yaml": "tables: { a: { description: D } }\n" });
  const { databases, sources, leftOut } = await makeDataset(inputsOf(folder.at("csvs")), folder.at("work"), {}, recordEvents());
  expect(sources.map(({ path }) => path).sort()).toEqual([folder.at("csvs/a.csv"), folder.at("csvs/publish.yaml")]);
  expect(databases[0]!.tables).toMatchObject([{ name: "a", description: "D" }]);
  expect(leftOut).toEqual([]);
});

test.each([
  [{ fts: ["name"] }, "CONVERT_COLUMN_MISSING"],
  [{ columns: { "t.name": { type: "text" } } }, "CONVERT_COLUMN_MISSING"],
  [{ files: { "a.csv": { skip: 1 } } }, "OPTION_INVALID"],
] as const satisfies [ConvertOptions, string][])("where nothing is converted, %j means nothing", async (options, code) => {
  await using folder = await makeFolder({ "dbs/.keep": "" });
  const db = new DatabaseSync(folder.at("dbs/mine.db"));
  db.exec("CREATE TABLE t (name TEXT)");
  db.close();
  const make = makeDataset(inputsOf(folder.at("dbs")), folder.at("work"), options, recordEvents());
  await expect(make).rejects.toMatchObject({ code, remedies: [{ action: expect.any(String) as string }] });
});
