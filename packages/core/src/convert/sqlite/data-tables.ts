import type { DatabaseSync } from "node:sqlite";

const sql = String.raw`SELECT name FROM pragma_table_list WHERE schema = ? AND type = 'table' AND name NOT LIKE 'sqlite\_%' ESCAPE '\'`;

/** The tables that hold data: without virtual ones, and those in which SQLite keeps what it needs for these and for itself. */
export function dataTables(db: DatabaseSync, schema: string): string[] {
  return (db.prepare(sql).all(schema) as { name: string }[]).map(({ name }) => name);
}
