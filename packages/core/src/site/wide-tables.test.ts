import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { inputsOf, makeFolder, recordEvents } from "../convert/fixtures.ts";
import { makeDataset } from "../convert/make-dataset.ts";
import { withoutSuggestions } from "./wide-tables.ts";

const header = (columns: number): string => Array.from({ length: columns }, (_, at) => `c${at}`).join(",");

test.each([
  ["a table of 100 columns suggests facets", 100, {}, {}, []],
  ["one of 101 does not, and says so", 101, { base_url: "/x/" }, { base_url: "/x/", suggest_facets: "off" }, ["FACETS_NOT_SUGGESTED"]],
  ["unless it was asked for", 101, { suggest_facets: "on" }, { suggest_facets: "on" }, []],
])("%s", async (_what, columns, given, settings, warnings) => {
  await using folder = await makeFolder({ "in/wide.csv": `${header(columns)}\n` });
  const ctx = recordEvents();
  const dataset = await makeDataset(inputsOf(folder.at("in")), folder.at("work"), {}, ctx);
  expect(withoutSuggestions(dataset, given, ctx)).toEqual(settings);
  expect(ctx.warnings()).toEqual(warnings);
});

test("views of SQLite files count, and what cannot be opened does not", async () => {
  await using folder = await makeFolder();
  const db = new DatabaseSync(folder.at("a.db"));
  db.exec(`CREATE TABLE t (${header(60)}); CREATE VIEW v AS SELECT a.*, b.* FROM t a, t b; CREATE VIEW broken AS SELECT a FROM gone`);
  db.close();
  const dataset = await makeDataset(inputsOf(folder.at("a.db")), folder.at("work"), {}, recordEvents());
  expect(dataset.databases[0]?.widest).toEqual({ table: "v", columns: 120 });
});
