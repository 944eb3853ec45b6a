import type { PublishError } from "../errors/publish-error.ts";
import type { InputFile, LeftOut } from "../files/input-file.ts";
import type { ColumnSettings, FileSettings, NumberStyle, TableSettings } from "./settings/settings.ts";

/** What decided the type of a column. A closed list. */
export type TypeRule =
  /** Every value is an integer of 64 bits. */
  | "integers"
  /** Every value is a number that a double holds; `value` is the first that is not an integer. */
  | "decimals"
  /** There is no value. */
  | "blank"
  /** The owner of the data says so: the type of this column, or text for all. */
  | "given"
  /** The column is rewritten as dates. */
  | "dates"
  /** `value` is no number. */
  | "words"
  /** `value` is a number but for the spaces around it. */
  | "spaces"
  /** `value` would lose zeros. */
  | "leading-zero"
  /** `value` would lose its plus: a phone number, a dial code. */
  | "plus-sign"
  /** `value` is the code of something: `1E5`. */
  | "exponent-code"
  /** `value` would lose digits. */
  | "too-many-digits"
  /** `value` is beyond what a double holds. */
  | "out-of-range"
  /** `value` and `other` are one number. */
  | "same-number-twice"
  /** There are too many different numbers to know that no two texts are one. */
  | "too-many-to-compare"
  /** `value` cannot be read as its owner asked, stays as it is, and a column of numbers would change it. */
  | "unread-number";

/** A field that shows something, and where it stands. */
export interface Evidence {
  /** As it stands in the file. Unset: it is not to be shown. */
  readonly value?: string;
  /** From 1. */
  readonly line: number;
  /** Set for a table of several files. */
  readonly file?: string;
}

/** Why a column has its type: the rule, and the first value that decided. */
export interface TypeReason extends Partial<Evidence> {
  readonly rule: TypeRule;
  /** An earlier text of the same number. */
  readonly other?: string;
}

/** How a column was rewritten, as its owner asked. */
export interface Conversion {
  readonly as: "date" | "datetime" | NumberStyle | "integer" | "real" | "numeric";
  /** Fields that were rewritten, or found to be written so. */
  readonly count: number;
  /** How the column is read where there are several ways: `day-first`. */
  readonly way?: string;
  /** Fields that cannot be read so and stay as they are; with the first of them. */
  readonly unread?: Evidence & { readonly count: number };
}

/** A table of the different values of columns. */
export interface LookupTable {
  readonly table: string;
  /** The column that holds the values. */
  readonly label: string;
}

/** What a column of a converted table holds. */
export interface Column {
  readonly name: string;
  /** The declared SQLite type (affinity). */
  readonly type: "INTEGER" | "REAL" | "TEXT" | "NUMERIC" | "BLOB";
  readonly nulls: number;
  /** The first non-null value as it stood in the file, for the report. */
  readonly example: string | null;
  readonly reason: TypeReason;
  /** Different values; at least `count` when `isCapped`. */
  readonly distinct: { readonly count: number; readonly isCapped: boolean };
  /** The first and the last value in the order of SQLite: by number, or by code point. */
  readonly least: string | null;
  readonly greatest: string | null;
  /** Characters of the longest value. */
  readonly longest: number;
  /** Unset: stored as it stands in the file. */
  readonly converted?: Conversion;
  /** Where its values are; it has their numbers there, and `type` is that of the numbers. */
  readonly lookup?: LookupTable;
  /** What its owner says that it holds; the site shows it. */
  readonly description?: string;
  /** The kind of private data that it looks like; none of its values is told then. */
  readonly private?: string;
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
  /** What tables are called and what they are, by the name that each comes out with. One that is not there is passed over. */
  readonly tables?: Readonly<Record<string, Pick<TableSettings, "title" | "description">>>;
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
  /** Folder for the records that files leave out, as they stand there. Unset: they are not kept. */
  readonly skippedDir?: string;
  /** Unset: `warn`. */
  readonly private?: PrivateData;
  /** Read every field back from the database. */
  readonly verify?: boolean;
  /** Most bytes that archives may unpack to. */
  readonly maxUnpackedBytes?: number;
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
