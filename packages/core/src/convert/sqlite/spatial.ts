import type { DatabaseSync } from "node:sqlite";

/** Tables that say where geometries are, and a virtual table of a module of SpatiaLite's: without it, only other programs wrote the tables. */
const spatial = `
  SELECT 1 FROM sqlite_master WHERE lower(name) IN ('geometry_columns', 'spatial_ref_sys') AND EXISTS (
    SELECT 1 FROM sqlite_master
    WHERE type = 'table' AND (sql LIKE '%USING Virtual%' OR sql LIKE '%USING "Virtual%') AND sql LIKE 'CREATE VIRTUAL TABLE%'
  )`;

/** Whether it is a SpatiaLite database: Datasette cannot start with one where SpatiaLite is not loaded. */
export function isSpatial(db: DatabaseSync): boolean {
  return db.prepare(spatial).get() !== undefined;
}
