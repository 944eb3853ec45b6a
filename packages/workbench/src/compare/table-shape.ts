import type { DatabaseSync } from "node:sqlite";
import { dataTables, quoteName } from "@datasette-publish/core";

/** What a table is made of. */
export interface TableShape {
  readonly rows: number;
  /** Name → declared type, in the order of the table. */
  readonly columns: ReadonlyMap<string, string>;
  /** Columns of the primary key, in its order; empty: it has none. */
  readonly key: readonly string[];
}

/** The tables of an attached database that hold data. */
export function readTables(db: DatabaseSync, schema: "before" | "after"): Map<string, TableShape> {
  return new Map(dataTables(db, schema).map((name) => [name, readTable(db, schema, name)]));
}

function readTable(db: DatabaseSync, schema: string, table: string): TableShape {
  const sql = "SELECT name, type, pk FROM pragma_table_info(?, ?)";
  const columns = db.prepare(sql).all(table, schema) as { name: string; type: string; pk: number }[];
  const { rows } = db.prepare(`SELECT count(*) AS rows FROM ${schema}.${quoteName(table)}`).get() as { rows: number };
  return {
    rows,
    columns: new Map(columns.map(({ name, type }) => [name, type])),
    key: columns
      .filter(({ pk }) => pk > 0)
      .toSorted((a, b) => a.pk - b.pk)
      .map(({ name }) => name),
  };
}
