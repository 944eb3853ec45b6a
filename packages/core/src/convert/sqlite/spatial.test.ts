import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { inputsOf, makeFolder, recordEvents } from "../fixtures.ts";
import { makeDataset } from "../make-dataset.ts";

/** A schema as a program writes it that has the module; the table cannot be opened without. */
const virtual = (sql: string): string =>
  `PRAGMA writable_schema = 1; INSERT INTO sqlite_master VALUES ('table', 'SpatialIndex', 'SpatialIndex', 0, '${sql}')`;
const geometries = "CREATE TABLE spatial_ref_sys (srid INTEGER); CREATE TABLE geometry_columns (f_table_name TEXT)";

test.each([
  ["CREATE VIRTUAL TABLE SpatialIndex USING VirtualSpatialIndex()", geometries, true],
  ['CREATE VIRTUAL TABLE "SpatialIndex" USING "VirtualKNN2"()', geometries, true],
  ["CREATE VIRTUAL TABLE SpatialIndex USING other_module()", geometries, false],
  ["CREATE VIRTUAL TABLE SpatialIndex USING VirtualSpatialIndex()", "CREATE TABLE t (a)", false],
])("%s", async (sql, tables, spatial) => {
  await using folder = await makeFolder();
  const db = new DatabaseSync(folder.at("map.db"), { defensive: false });
  db.exec(`${tables}; ${virtual(sql)}`);
  db.close();
  const { databases } = await makeDataset(inputsOf(folder.at("map.db")), folder.at("work"), {}, recordEvents());
  expect(databases).toMatchObject([{ name: "map", ...(spatial && { spatial }) }]);
  expect(databases[0]?.spatial === true).toBe(spatial);
  expect(databases[0]?.tables.at(-1)).toMatchObject({ name: "SpatialIndex", rows: 0, uncounted: true });
});
