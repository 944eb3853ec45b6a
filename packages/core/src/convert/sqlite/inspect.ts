import { stat } from "node:fs/promises";
import { DatabaseSync } from "node:sqlite";
import { PublishError } from "../../errors/publish-error.ts";
import type { Remedy } from "../../errors/remedies.ts";
import { messageOf, sqliteCode } from "../../files/failures.ts";
import { hashFile } from "../../files/hash-file.ts";
import type { InputFile } from "../../files/input-file.ts";
import type { Database, Table } from "../dataset.ts";
import { quoteName } from "../names.ts";
import { isSpatial } from "./spatial.ts";

/** Opens a prepared SQLite file for reading; double-quoted strings in an old schema are accepted, as `sqlite3` does. */
export function openForReading(path: string): DatabaseSync {
  return new DatabaseSync(path, { readOnly: true, enableDoubleQuotedStringLiterals: true });
}

/**
 * Describes a prepared SQLite file as Datasette's `inspect` does: every `type='table'` row of the schema, FTS shadow
 * tables and `sqlite_*` tables included, views not. `converted` tables keep what is known of their columns.
 * @param source the file as an error names it
 * @throws PublishError `SQLITE_INVALID`
 */
export async function inspectDatabase(
  { name, fileName, path }: Pick<Database, "name" | "fileName" | "path">,
  source: InputFile,
  converted: readonly Table[],
  signal?: AbortSignal,
): Promise<Database> {
  const known = new Map(converted.map((table) => [table.name, table]));
  const { tables: counted, widest, spatial } = lookAt(path, source);
  const tables = counted.map((table) => known.get(table.name) ?? table);
  return {
    name,
    fileName,
    path,
    sizeBytes: (await stat(path)).size,
    sha256: await hashFile(path, signal),
    tables,
    ...(widest && { widest }),
    ...(spatial && { spatial }),
  };
}

function lookAt(path: string, source: InputFile): Pick<Database, "tables" | "widest" | "spatial"> {
  const db = openForReading(path);
  try {
    const names = db.prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY rowid").all();
    const widest = widestOf(db);
    const tables = names.map(({ name }) => countTable(db, String(name), source));
    return { tables, ...(widest && { widest }), ...(isSpatial(db) && { spatial: true }) };
  } finally {
    db.close();
  }
}

function widestOf(db: DatabaseSync): Database["widest"] {
  const names = db.prepare("SELECT name FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY rowid").all();
  const [widest] = names
    .map(({ name }) => ({ table: String(name), columns: countColumns(db, String(name)) }))
    .toSorted((a, b) => b.columns - a.columns);
  return widest;
}

/** None of a view or virtual table that this SQLite cannot open. */
function countColumns(db: DatabaseSync, name: string): number {
  try {
    return db.prepare(`PRAGMA table_info(${quoteName(name)})`).all().length;
  } catch {
    return 0;
  }
}

function countTable(db: DatabaseSync, name: string, source: InputFile): Table {
  try {
    // Not by an index, which may have a collation that this SQLite does not have.
    const row = db.prepare(`SELECT count(*) AS rows FROM ${quoteName(name)} NOT INDEXED`).get();
    return { name, rows: Number(row?.["rows"]), source: null, columns: [] };
  } catch (error) {
    if (isCorrupt(error)) throw invalidError(source, error);
    // A virtual table of a module this SQLite does not have, such as SpatiaLite's.
    return { name, rows: 0, uncounted: true, source: null, columns: [] };
  }
}

/** Whether SQLite says that the file is damaged or no database: SQLITE_CORRUPT (11) or SQLITE_NOTADB (26). */
export function isCorrupt(error: unknown): boolean {
  const primary = sqliteCode(error);
  return primary === 11 || primary === 26;
}

/** The `SQLITE_INVALID` error for a file that was given, or that is in an archive. */
export function invalidError({ path, name: file }: InputFile, cause: unknown): PublishError {
  const message = `${file} is damaged or not a SQLite database: ${messageOf(cause)}.`;
  const check: Remedy = { action: "run", run: ["sqlite3", file, "PRAGMA integrity_check"], note: "to see what is damaged" };
  const remedies: Remedy[] = [...(path === file ? [check] : []), { action: "leave-out", file }];
  return new PublishError("SQLITE_INVALID", message, remedies, { file }, cause);
}
