import type { DatabaseSync } from "node:sqlite";
import { PublishError } from "../../errors/publish-error.ts";
import type { InputFile } from "../../files/input-file.ts";

/** Tables that say where geometries are, and a virtual table of a module of SpatiaLite's: without it, only other programs wrote the tables. */
const spatial = `
  SELECT 1 FROM sqlite_master WHERE lower(name) IN ('geometry_columns', 'spatial_ref_sys') AND EXISTS (
    SELECT 1 FROM sqlite_master
    WHERE type = 'table' AND (sql LIKE '%USING Virtual%' OR sql LIKE '%USING "Virtual%') AND sql LIKE 'CREATE VIRTUAL TABLE%'
  )`;

/** Datasette cannot start with such a database where SpatiaLite is not loaded. @throws PublishError `INPUT_UNSUPPORTED` */
export function refuseSpatial(db: DatabaseSync, { name: file }: InputFile): void {
  if (db.prepare(spatial).get() === undefined) return;
  const message = `${file} is a SpatiaLite database: it needs an extension of SQLite that a site does not have yet.`;
  const remedies = ["Copy its tables without geometries to another database, and publish that.", { action: "leave-out", file } as const];
  throw new PublishError("INPUT_UNSUPPORTED", message, remedies, { file, kind: "SpatiaLite" });
}
