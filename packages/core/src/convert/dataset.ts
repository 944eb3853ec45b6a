import type { PublishError } from "../errors/publish-error.ts";
import type { InputFile, LeftOut } from "../files/input-file.ts";

/** What a column of a converted table holds. `type` is the declared SQLite type (affinity). */
export interface Column {
  readonly name: string;
  readonly type: "INTEGER" | "REAL" | "TEXT";
  readonly nulls: number;
  /** The first non-null value as it stood in the file, for the report. */
  readonly example: string | null;
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
  /** A SpatiaLite database, which Datasette serves only where SpatiaLite is. */
  readonly spatial?: true;
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

/** Convert's options, by csvs-to-sqlite's long names. */
export interface ConvertOptions {
  /** Field delimiter of every file; unset: `,` for .csv, tab for .tsv, or what a file is found to be written with. */
  readonly separator?: string;
  /** Encoding of the files that are not UTF-8, by its label in the Encoding Standard; unset: they are refused. */
  readonly encoding?: string;
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
}
