import type { DatabaseSync } from "node:sqlite";

/** What a table is made of. */
export interface TableShape {
  readonly rows: number;
  /** Name → declared type, in the order of the table. */
  readonly columns: ReadonlyMap<string, string>;
  /** Columns of the primary key, in its order; empty: it has none. */
  readonly key: readonly string[];
}

/** The tables of an attached database, without what SQLite keeps in tables for full-text search and for itself. */
export function readTables(db: DatabaseSync, schema: "before" | "after"): Map<string, TableShape> {
  const sql = "SELECT name FROM pragma_table_list WHERE schema = ? AND type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";
  const names = db.prepare(sql).all(schema) as { name: string }[];
  return new Map(names.map(({ name }) => [name, readTable(db, schema, name)]));
}

function readTable(db: DatabaseSync, schema: string, table: string): TableShape {
  const sql = "SELECT name, type, pk FROM pragma_table_info(?, ?)";
  const columns = db.prepare(sql).all(table, schema) as { name: string; type: string; pk: number }[];
  const { rows } = db.prepare(`SELECT count(*) AS rows FROM ${schema}."${table.replaceAll('"', '""')}"`).get() as { rows: number };
  return {
    rows,
    columns: new Map(columns.map(({ name, type }) => [name, type])),
    key: columns
      .filter(({ pk }) => pk > 0)
      .toSorted((a, b) => a.pk - b.pk)
      .map(({ name }) => name),
  };
}
