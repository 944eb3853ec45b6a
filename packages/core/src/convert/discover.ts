import type { Stats } from "node:fs";
import { readdir, realpath, stat } from "node:fs/promises";
import { basename, extname, join, relative, sep } from "node:path";
import { PublishError } from "../errors/publish-error.ts";
import { delimiterByExtension, identify, inputError, unsupported, type FileKind } from "./identify.ts";
import { pickName, safeDatabaseName, safeTableName } from "./names.ts";

/** A delimited text file and the table it becomes. */
export interface CsvInput {
  readonly path: string;
  readonly table: string;
  readonly delimiter: string;
}

/** A SQLite file and the database it becomes; `fileName` is `name` and an extension Datasette knows. */
export interface SqliteInput {
  readonly path: string;
  readonly name: string;
  readonly fileName: string;
}

/** Something the user should know about how an input was taken; reported as a `warned` event. */
export interface Notice {
  readonly code: string;
  readonly message: string;
}

export interface Inputs {
  readonly csvs: readonly CsvInput[];
  readonly sqlites: readonly SqliteInput[];
  readonly notices: readonly Notice[];
}

interface Found {
  readonly path: string;
  readonly kind: FileKind;
  /** Relative path inside a folder, or the base name of a file; with its extension. */
  readonly label: string;
}

const sqliteExtensions = new Set([".db", ".sqlite", ".sqlite3"]);
const otherData = new Set([".xlsx", ".xls", ".ods", ".json", ".parquet", ".zip", ".gz"]);
const extensionOf = (path: string): string => extname(path).toLowerCase();

/** Name of the database that holds the converted tables. */
export const convertedName = "data";

/**
 * Finds the inputs that `paths` (files and folders) stand for and names their tables and databases.
 * Folders are read recursively, in code point order, without hidden files.
 * @throws PublishError `INPUT_NOT_FOUND`, `INPUT_EMPTY`, `INPUT_UNREADABLE`, `INPUT_UNSUPPORTED`.
 */
export async function discoverInputs(paths: readonly string[]): Promise<Inputs> {
  const notices: Notice[] = [];
  const seen = new Set<string>();
  const found: Found[] = [];
  for (const path of paths) {
    const stats = await statInput(path);
    const files = stats.isDirectory() ? await walk(path, path, seen, notices) : [await identifyFile(path, stats)];
    for (const file of files) {
      const real = await realpath(file.path);
      if (!seen.has(real)) found.push(file);
      seen.add(real);
    }
  }
  if (found.length === 0) throw emptyError(paths);
  const csvs = nameTables(
    found.filter(({ kind }) => kind === "csv"),
    notices,
  );
  const sqlites = nameDatabases(
    found.filter(({ kind }) => kind === "sqlite"),
    csvs.length > 0,
    notices,
  );
  return { csvs, sqlites, notices };
}

async function statInput(path: string): Promise<Stats> {
  try {
    return await stat(path);
  } catch (error) {
    throw inputError(path, error);
  }
}

async function kindOf(path: string): Promise<FileKind> {
  try {
    return await identify(path);
  } catch (error) {
    throw inputError(path, error);
  }
}

async function identifyFile(path: string, stats: Stats): Promise<Found> {
  if (!stats.isFile()) throw unsupported(path, "binary");
  const kind = await kindOf(path);
  const delimited = extensionOf(path) in delimiterByExtension;
  if (kind === "sqlite") return { path, kind, label: basename(path) };
  if (delimited && (kind === "csv" || kind === "empty")) return { path, kind: "csv", label: basename(path) };
  throw unsupported(path, kind === "csv" || kind === "empty" ? "binary" : kind);
}

async function walk(root: string, folder: string, seen: Set<string>, notices: Notice[]): Promise<Found[]> {
  const real = await realpath(folder);
  if (seen.has(real)) return [];
  seen.add(real);
  const names = await readdir(folder).catch((error: unknown) => {
    throw inputError(folder, error);
  });
  const found: Found[] = [];
  for (const name of names.toSorted((a, b) => (a < b ? -1 : 1))) {
    if (name.startsWith(".")) continue;
    const path = join(folder, name);
    const stats = isData(path) ? await statInput(path) : await stat(path).catch(() => null);
    if (stats === null) continue;
    if (stats.isDirectory()) found.push(...(await walk(root, path, seen, notices)));
    else if (stats.isFile()) found.push(...(await takeFile(root, path, notices)));
  }
  return found;
}

/** Whether the extension says data; what else a folder holds may be unreadable. */
function isData(path: string): boolean {
  const extension = extensionOf(path);
  return extension in delimiterByExtension || sqliteExtensions.has(extension);
}

async function takeFile(root: string, path: string, notices: Notice[]): Promise<Found[]> {
  const extension = extensionOf(path);
  const label = relative(root, path).split(sep).join("/");
  if (extension in delimiterByExtension) {
    const kind = await kindOf(path);
    if (kind === "csv" || kind === "empty") return [{ path, kind: "csv", label }];
    if (kind === "sqlite") return [{ path, kind, label: basename(path) }];
    throw unsupported(path, kind);
  }
  // Beside a database, these belong to it; the copy takes them along.
  if (/-(wal|shm|journal)$/.test(path)) return [];
  const kind = isData(path) ? await kindOf(path) : await identify(path).catch(() => "binary");
  if (kind === "sqlite") return [{ path, kind: "sqlite", label: basename(path) }];
  if (sqliteExtensions.has(extension)) notices.push({ code: "INPUT_SKIPPED", message: `${path} is not a SQLite database: left out.` });
  if (otherData.has(extension)) notices.push({ code: "INPUT_SKIPPED", message: `${path} is not CSV, TSV or SQLite: left out.` });
  return [];
}

function nameTables(found: readonly Found[], notices: Notice[]): CsvInput[] {
  const taken = new Set<string>();
  return found.map(({ path, label }) => {
    const wanted = label.slice(0, label.length - extname(label).length);
    const table = pickName(safeTableName(wanted), "-", taken);
    if (table !== wanted) notices.push({ code: "TABLE_RENAMED", message: `${path} becomes table ${table}, not ${wanted}.` });
    return { path, table, delimiter: delimiterByExtension[extensionOf(path)]! };
  });
}

function nameDatabases(found: readonly Found[], hasConverted: boolean, notices: Notice[]): SqliteInput[] {
  const taken = new Set(["_internal", "_memory", "-", ...(hasConverted ? [convertedName] : [])]);
  return found.map(({ path, label }) => {
    const extension = extensionOf(label);
    const wanted = label.slice(0, label.length - extension.length);
    const name = pickName(safeDatabaseName(wanted), "-", taken);
    if (name !== wanted) notices.push({ code: "DATABASE_RENAMED", message: `${path} becomes database ${name}, not ${wanted}.` });
    return { path, name, fileName: `${name}${sqliteExtensions.has(extension) ? extension : ".db"}` };
  });
}

function emptyError(paths: readonly string[]): PublishError {
  return new PublishError(
    "INPUT_EMPTY",
    `No CSV, TSV or SQLite files in ${paths.join(", ") || "no paths"}.`,
    "Give a folder or files with data.",
    {
      paths: paths.join(", "),
    },
  );
}
