import type { DatabaseSync } from "node:sqlite";
import { PublishError } from "../../errors/publish-error.ts";
import { setOption } from "../../errors/remedies.ts";
import { nameKey, quoteName } from "../names.ts";
import { filesOf, type TableProfile } from "../table-profile.ts";
import { dropFts } from "./fts.ts";

/** The keys of all names that tables, views and indexes have. */
export function takenNames(db: DatabaseSync): Set<string> {
  return new Set(rowsOf(db, "SELECT name FROM sqlite_master").map(({ name }) => nameKey(String(name))));
}

/** What is there of the name, in any case; undefined: nothing. */
export function kindOf(db: DatabaseSync, table: string): { name: string; type: string } | undefined {
  const found = rowsOf(db, "SELECT name, type FROM pragma_table_list WHERE schema = 'main'").find(
    ({ name }) => nameKey(String(name)) === nameKey(table),
  );
  return found && { name: String(found["name"]), type: String(found["type"]) };
}

/**
 * Drops the table that a profile has the name of, and its full-text indexes.
 * @throws PublishError `CONVERT_TABLE_UNFIT` for a view, and for what belongs to another table
 */
export function dropTable(db: DatabaseSync, profile: TableProfile): void {
  const there = kindOf(db, profile.table);
  if (there === undefined) return;
  if (there.type === "view" || there.type === "shadow") throw unfit(profile, there);
  dropFts(db, there.name);
  db.exec(`DROP TABLE ${quoteName(there.name)}`);
}

function unfit(profile: TableProfile, { name, type }: { name: string; type: string }): PublishError {
  const what = type === "view" ? "a view" : "a part of a virtual table";
  const remedy = setOption("table", undefined, "with another name");
  const facts = { file: filesOf(profile), table: profile.table };
  return new PublishError("CONVERT_TABLE_UNFIT", `${name} is there as ${what}, which is no table to replace.`, remedy, facts);
}

/** The other column of a table of two columns, of which one is `id INTEGER PRIMARY KEY`; undefined for any other table. */
export function labelOf(db: DatabaseSync, table: string): string | undefined {
  const columns = rowsOf(db, `PRAGMA table_info(${quoteName(table)})`);
  const id = columns.find(({ name, type, pk }) => nameKey(String(name)) === "id" && String(type).toUpperCase() === "INTEGER" && pk === 1);
  const label = columns.find((column) => column !== id);
  return columns.length === 2 && id !== undefined && label !== undefined ? String(label["name"]) : undefined;
}

function rowsOf(db: DatabaseSync, sql: string): Record<string, unknown>[] {
  return db.prepare(sql).all();
}
