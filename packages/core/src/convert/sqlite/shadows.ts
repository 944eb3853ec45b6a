import type { DatabaseSync } from "node:sqlite";

/** A column of a table that hides the table's rowid. */
export interface Shadow {
  readonly table: string;
  readonly column: string;
}

/** No index stands for the key that is the rowid itself (sqlite.org/rowidtable.html), which `INTEGER PRIMARY KEY DESC` is not. */
const shadowsSql = `
  SELECT tables.name AS "table", columns.name AS "column"
  FROM pragma_table_list AS tables, pragma_table_xinfo(tables.name) AS columns
  WHERE tables.schema = 'main' AND tables.type = 'table' AND tables.wr = 0 AND lower(columns.name) IN ('rowid', '_rowid_', 'oid')
    AND (columns.pk = 0 OR EXISTS (SELECT 1 FROM pragma_index_list(tables.name) WHERE origin = 'pk'))
  ORDER BY tables.name, columns.cid`;

/** The columns called as the rowid that are not the rowid, in tables that have one. */
export function findShadows(db: DatabaseSync): Shadow[] {
  return db
    .prepare(shadowsSql)
    .all()
    .map(({ table, column }) => ({ table: String(table), column: String(column) }));
}
