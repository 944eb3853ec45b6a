import type { PublishError } from "../errors/publish-error.ts";
import type { InputFile, LeftOut } from "../files/input-file.ts";
import type { ColumnSettings, FileSettings } from "./settings/settings.ts";

/** What a column of a converted table holds. `type` is the declared SQLite type (affinity). */
export interface Column {
  readonly name: string;
  readonly type: "INTEGER" | "REAL" | "TEXT";
  readonly nulls: number;
  /** The first non-null value as it stood in the file, for the report. */
  readonly example: string | null;
  /** What its owner says that it holds; the site shows it. */
  readonly description?: string;
}

export interface Table {
  readonly name: string;
  readonly rows: number;
  /** Set when this SQLite could not count it (a virtual table of a module it lacks); `rows` is then 0. */
  readonly uncounted?: true;
  /** The input file a converted table came from; null for a table of a copied SQLite file. */
  readonly source: string | null;
  /** Empty for tables of copied SQLite files. */
  readonly columns: readonly Column[];
  /** What its owner calls it; the site shows it. */
  readonly title?: string;
  /** What its owner says of it, or what stands above its header in the file; the site shows it. */
  readonly description?: string;
}

/** One SQLite file that the site serves, ready in the working folder (rollback journal, no -wal beside it). */
export interface Database {
  /** Name in URLs, as Datasette derives it: the file name without its extension. */
  readonly name: string;
  /** Base name in the image, e.g. `data.db`: safe for Datasette (no `?`, `#`, `%`). */
  readonly fileName: string;
  /** Absolute path of the prepared file. */
  readonly path: string;
  readonly sizeBytes: number;
  /** SHA-256 of the file, hex; Datasette's `inspect` calls it `hash`. */
  readonly sha256: string;
  /** Every table, FTS shadow tables included, as Datasette's `inspect` counts them. */
  readonly tables: readonly Table[];
  /** The table or view with the most columns; unset: not looked for. */
  readonly widest?: { readonly table: string; readonly columns: number };
}

/** A file that was read, in the state that `stateOf` gave. */
export interface Source extends InputFile {
  readonly state: string;
}

/** An input that cannot be read, and why. `file` is its name as the user knows it. */
export interface UnreadableFile {
  readonly file: string;
  readonly error: PublishError;
}

export interface Dataset {
  readonly databases: readonly Database[];
  /** Every file that the databases were made from: of an archive, the archive. */
  readonly sources: readonly Source[];
  /** What is not in it as it cannot be read; the caller decides whether that stops the run. */
  readonly unreadable: readonly UnreadableFile[];
  /** Files that look like data and were not taken; unset: none. */
  readonly leftOut?: readonly LeftOut[];
}

/** A column with the same value in every row. */
export interface FixedColumn {
  readonly name: string;
  readonly value: string | number;
  /** Declared type. */
  readonly type: "TEXT" | "INTEGER" | "REAL";
}

/** What is done about columns that look like private data: a warning, an error, or no look at all. */
export type PrivateData = "warn" | "error" | "off";

/**
 * How files are read and tables are made. All of it wins over `publish.yaml`, key by key, and what is said of one file or column over
 * what is said of all. A column is `table.column`, or a name that then means every table that has it.
 */
export interface ConvertOptions {
  /** Taken in the place of the `publish.yaml` beside the data. */
  readonly settings?: InputFile;
  readonly everyFile?: FileSettings;
  /** By the name that a file has in its folder, or that messages have for it. */
  readonly files?: Readonly<Record<string, FileSettings>>;
  readonly everyColumn?: Pick<ColumnSettings, "null" | "formats">;
  readonly columns?: Readonly<Record<string, ColumnSettings>>;
  /** Files, or columns, to leave out. */
  readonly leaveOut?: readonly string[];
  /** Keep blank fields as empty strings instead of NULL. */
  readonly emptyAsText?: boolean;
  /** Store every column as TEXT. */
  readonly justStrings?: boolean;
  /** Columns of the primary key (compound when several). */
  readonly primaryKey?: readonly string[];
  /** Columns to full-text index (FTS5, external content, table `<table>_fts`). */
  readonly fts?: readonly string[];
  /** Indexes to create, each one column or several separated by commas. */
  readonly index?: readonly string[];
  /** Go on without the files that cannot be read. */
  readonly skipFiles?: boolean;
  /** Unset: `warn`. */
  readonly private?: PrivateData;
  /** Read every field back from the database. */
  readonly verify?: boolean;
  /** Most bytes that archives may unpack to. */
  readonly maxUnpackedBytes?: number;
  /** The one table that all files go to. */
  readonly table?: string;
  /** Columns to keep, and their names and types, as csvs-to-sqlite writes it: `csvcol:dbcol(TYPE),…`. */
  readonly shape?: string;
  /** Name of a column to add, which holds the name of the file that a row is from. */
  readonly filenameColumn?: string;
  readonly fixedColumns?: readonly FixedColumn[];
  /** Index the columns that refer to a lookup table. Unset: true. */
  readonly indexFks?: boolean;
  /** Full-text index the labels of lookup tables. Unset: true. */
  readonly fulltextFks?: boolean;
  /** Write into a database that is there, and replace its tables of the same names. */
  readonly replaceTables?: boolean;
}
