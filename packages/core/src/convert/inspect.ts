import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { DatabaseSync } from "node:sqlite";
import { pipeline } from "node:stream/promises";
import { PublishError } from "../errors/publish-error.ts";
import { messageOf, sqliteCode } from "../files/failures.ts";
import type { Database, Table } from "./dataset.ts";
import { quoteName } from "./names.ts";

/** Opens a prepared SQLite file for reading; double-quoted strings in an old schema are accepted, as `sqlite3` does. */
export function openForReading(path: string): DatabaseSync {
  return new DatabaseSync(path, { readOnly: true, enableDoubleQuotedStringLiterals: true });
}

/**
 * Describes a prepared SQLite file as Datasette's `inspect` does: every `type='table'` row of the schema, FTS shadow
 * tables and `sqlite_*` tables included, views not. `converted` tables keep what is known of their columns.
 * @throws PublishError `SQLITE_INVALID`.
 */
export async function inspectDatabase(
  name: string,
  fileName: string,
  path: string,
  converted: readonly Table[],
  signal?: AbortSignal,
): Promise<Database> {
  const known = new Map(converted.map((table) => [table.name, table]));
  const tables = countTables(path).map((table) => known.get(table.name) ?? table);
  return { name, fileName, path, sizeBytes: (await stat(path)).size, sha256: await hashFile(path, signal), tables };
}

function countTables(path: string): Table[] {
  const db = openForReading(path);
  try {
    const names = db.prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY rowid").all();
    return names.map(({ name }) => countTable(db, String(name)));
  } finally {
    db.close();
  }
}

function countTable(db: DatabaseSync, name: string): Table {
  try {
    const row = db.prepare(`SELECT count(*) AS rows FROM ${quoteName(name)}`).get();
    return { name, rows: Number(row?.["rows"]), source: null, columns: [] };
  } catch (error) {
    if (isCorrupt(error)) throw invalidError(db.location() ?? name, error);
    // A virtual table of a module this SQLite does not have, such as SpatiaLite's.
    return { name, rows: 0, uncounted: true, source: null, columns: [] };
  }
}

/** Whether SQLite says that the file is damaged or no database: SQLITE_CORRUPT (11) or SQLITE_NOTADB (26). */
function isCorrupt(error: unknown): boolean {
  const primary = sqliteCode(error);
  return primary === 11 || primary === 26;
}

export function invalidError(path: string, cause: unknown): PublishError {
  return new PublishError(
    "SQLITE_INVALID",
    `${path} is damaged or not a SQLite database: ${messageOf(cause)}.`,
    "Check it with: sqlite3 FILE 'PRAGMA integrity_check'",
    { file: path },
    cause,
  );
}

async function hashFile(path: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path, { highWaterMark: 1024 * 1024 }), hash, { signal });
  return hash.digest("hex");
}
