import { extname } from "node:path";
import { warning, type Warning } from "../../events/warnings.ts";
import type { InputFile } from "../../files/input-file.ts";
import { delimiterByExtension } from "./identify.ts";
import { pickName, safeDatabaseName, safeTableName } from "../names.ts";

/** A delimited text file and the table it becomes. */
export interface CsvInput extends InputFile {
  readonly table: string;
  /** What its extension says. */
  readonly delimiter: string;
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

export const sqliteExtensions: ReadonlySet<string> = new Set([".db", ".sqlite", ".sqlite3"]);
export const extensionOf = (label: string): string => extname(label).toLowerCase();

/** Name of the database that holds the converted tables. */
export const convertedName = "data";

/** The table that each file becomes, in the order of the files; no two are the same. */
export function nameTables(found: readonly Entry[], notices: Warning[]): CsvInput[] {
  const taken = new Set<string>();
  return found.map(({ path, name, label }) => {
    const wanted = label.slice(0, label.length - extname(label).length);
    const table = pickName(safeTableName(wanted), "-", taken);
    if (table !== wanted)
      notices.push(warning("TABLE_RENAMED", `${name} becomes table ${table}, not ${wanted}.`, { file: name, table, wanted }));
    return { path, name, table, delimiter: delimiterByExtension[extensionOf(label)]! };
  });
}

/** The database that each file becomes; none has the name of another, nor of Datasette's own. */
export function nameDatabases(found: readonly Entry[], hasConverted: boolean, notices: Warning[]): SqliteInput[] {
  const taken = new Set(["_internal", "_memory", "-", ...(hasConverted ? [convertedName] : [])]);
  return found.map(({ path, name, label }) => {
    const extension = extensionOf(label);
    const wanted = label.slice(0, label.length - extension.length);
    const database = pickName(safeDatabaseName(wanted), "-", taken);
    if (database !== wanted)
      notices.push(warning("DATABASE_RENAMED", `${name} becomes database ${database}, not ${wanted}.`, { file: name, database, wanted }));
    return { path, name, database, fileName: `${database}${sqliteExtensions.has(extension) ? extension : ".db"}` };
  });
}
