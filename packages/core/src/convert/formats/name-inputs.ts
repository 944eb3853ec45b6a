import { basename, extname } from "node:path";
import { warning, type Warning } from "../../events/warnings.ts";
import type { InputFile } from "../../files/input-file.ts";
import { delimiterOfName, sqliteDatabase } from "./formats.ts";
import { nameKey, pickName, safeDatabaseName, safeTableName } from "../names.ts";
import type { FileSettings } from "../settings/settings.ts";

/** A delimited text file and the table it becomes. */
export interface CsvInput extends InputFile {
  /** Several files of one table have the same. */
  readonly table: string;
  /** Where it is in the folder or archive that was given, with slashes, or its base name. */
  readonly label: string;
  /** Its base name without the extension. */
  readonly stem: string;
  /** What its extension says. */
  readonly delimiter: string;
  /** What is said of it. */
  readonly settings: FileSettings;
}

/** A SQLite file and the database it becomes. */
export interface SqliteInput extends InputFile {
  readonly database: string;
  /** `database` and an extension Datasette knows. */
  readonly fileName: string;
}

/** A file or folder on the way to its table or database. */
export interface Entry extends InputFile {
  /** Where it is in the folder or archive that was given, with slashes, or the base name of a file that was given; with its extension. */
  readonly label: string;
}

/** Name of the database that holds the converted tables. */
export const convertedName = "data";

/** A text file on the way to its table. */
export type TextEntry = Entry & Pick<CsvInput, "settings">;

/** The table that each file becomes, in the order of the files; two are the same only where that is said of both. */
export function nameTables(found: readonly TextEntry[], notices: Warning[]): CsvInput[] {
  const given = new Map<string, string>();
  for (const { settings } of found) if (settings.table !== undefined) addFirst(given, safeTableName(settings.table));
  const taken = new Set(given.keys());
  return found.map(({ path, name, label, settings }) => {
    const unextended = label.slice(0, label.length - extname(label).length);
    const wanted = settings.table ?? unextended;
    const safe = safeTableName(wanted);
    const table = settings.table === undefined ? pickName(safe, "-", taken) : given.get(nameKey(safe))!;
    if (table !== wanted)
      notices.push(warning("TABLE_RENAMED", `${name} becomes table ${table}, not ${wanted}.`, { file: name, table, wanted }));
    return { path, name, table, label, stem: basename(unextended), delimiter: delimiterOfName(label), settings };
  });
}

/** Keeps the first spelling of a name that SQLite takes for the same. */
function addFirst(names: Map<string, string>, name: string): void {
  if (!names.has(nameKey(name))) names.set(nameKey(name), name);
}

/** The database that each file becomes; none has the name of another, nor of Datasette's own. */
export function nameDatabases(found: readonly Entry[], hasConverted: boolean, notices: Warning[]): SqliteInput[] {
  const taken = new Set(["_internal", "_memory", "-", ...(hasConverted ? [convertedName] : [])]);
  return found.map(({ path, name, label }) => {
    const extension = extname(label).toLowerCase();
    const wanted = label.slice(0, label.length - extension.length);
    const database = pickName(safeDatabaseName(wanted), "-", taken);
    if (database !== wanted)
      notices.push(warning("DATABASE_RENAMED", `${name} becomes database ${database}, not ${wanted}.`, { file: name, database, wanted }));
    return { path, name, database, fileName: `${database}${sqliteDatabase.extensions.includes(extension) ? extension : ".db"}` };
  });
}
