import type { DatabaseSync, SQLOutputValue } from "node:sqlite";
import { quoteName } from "@datasette-publish/core";
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
export function firstRows(db: DatabaseSync, { table, limit = 5 }: RowsOf): Rows {
  const statement = db.prepare(`SELECT * FROM ${quoteName(table)} LIMIT ?`);
  statement.setReadBigInts(true);
  statement.setReturnArrays(true);
  const columns = statement.columns().map(({ name }) => name);
  return { columns, rows: (statement.all(limit) as unknown as SQLOutputValue[][]).map((row) => row.map(toCell)) };
}

function toCell(value: SQLOutputValue): Cell {
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (value instanceof Uint8Array) return { blobBytes: value.byteLength };
  if (typeof value !== "string" || value.length <= mostCharacters) return value;
  return { cut: value.slice(0, mostCharacters).toWellFormed(), characters: value.length };
}
