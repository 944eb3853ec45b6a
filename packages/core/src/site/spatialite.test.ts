import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { makeFolder, recordEvents } from "../convert/fixtures.ts";
import { openProject } from "../project/project.ts";
import { prepare } from "../project/prepare.ts";

const spatial = `
  CREATE TABLE geometry_columns (a); PRAGMA writable_schema = 1;
  INSERT INTO sqlite_master VALUES ('table', 'KNN2', 'KNN2', 0, 'CREATE VIRTUAL TABLE KNN2 USING VirtualKNN2()')`;

test.each([
  ["a database that needs it has it, and says so", spatial, undefined, true, ["SPATIALITE_ADDED"]],
  ["so does one whose user asked for it, which is no news", spatial, true, true, []],
  ["no option takes it from a database that needs it", spatial, false, true, ["SPATIALITE_ADDED"]],
  ["any site has it that asks for it", "CREATE TABLE t (a)", true, true, []],
  ["others have none", "CREATE TABLE t (a)", undefined, false, []],
])("%s", async (_what, sql, spatialite, expected, warnings) => {
  await using folder = await makeFolder();
  const db = new DatabaseSync(folder.at("map.db"), { defensive: false });
  db.exec(sql);
  db.close();
  const ctx = recordEvents();
  const site = spatialite === undefined ? {} : { spatialite };
  await using prepared = await prepare(openProject([folder.at("map.db")]), { site }, ctx);
  expect(prepared.site.serve.spatialite).toBe(expected);
  expect(ctx.warnings()).toEqual(warnings);
});
