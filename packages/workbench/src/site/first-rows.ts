import { DatabaseSync, type SQLOutputValue } from "node:sqlite";
import type { Cell, Rows } from "../protocol.ts";

/** Which rows of a table. */
export interface RowsOf {
  readonly table: string;
  /** Unset: 5. */
  readonly limit?: number;
}

/** Characters of a text that are shown. */
const mostCharacters = 200;

/** The first rows of a table, in the order of its key or of the file. @throws the system's error for a table that is not there */
export function firstRows(file: string, { table, limit = 5 }: RowsOf): Rows {
  const db = new DatabaseSync(file, { readOnly: true });
  try {
    const statement = db.prepare(`SELECT * FROM "${table.replaceAll('"', '""')}" LIMIT ?`);
    statement.setReadBigInts(true);
    statement.setReturnArrays(true);
    const columns = statement.columns().map(({ name }) => name);
    return { columns, rows: (statement.all(limit) as unknown as SQLOutputValue[][]).map((row) => row.map(toCell)) };
  } finally {
    db.close();
  }
}

/** The tables that hold data: without virtual ones, and those in which SQLite keeps what it needs for these and for itself. */
export function dataTables(file: string): Set<string> {
  const db = new DatabaseSync(file, { readOnly: true });
  try {
    const sql = String.raw`SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite\_%' ESCAPE '\'`;
    return new Set((db.prepare(sql).all() as { name: string }[]).map(({ name }) => name));
  } finally {
    db.close();
  }
}

function toCell(value: SQLOutputValue): Cell {
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (value instanceof Uint8Array) return { blobBytes: value.byteLength };
  if (typeof value !== "string" || value.length <= mostCharacters) return value;
  return { cut: value.slice(0, mostCharacters).toWellFormed(), characters: value.length };
}
