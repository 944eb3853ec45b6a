import type { Column } from "./dataset.ts";
import type { CsvInput } from "./formats/name-inputs.ts";
import type { Reading } from "./records/reading.ts";

/** A file that was looked at, before all of it is read. */
export interface OpenedFile {
  readonly input: CsvInput;
  readonly reading: Reading;
  /** The names as they stand in the file. */
  readonly header: readonly string[];
  /** Size, time and inode of the file as it was looked at. */
  readonly fingerprint: string;
}

/** A file of a table, and where its fields go. */
export interface PlacedFile extends OpenedFile {
  /** For each field of a record, the position of its column in the table. */
  readonly positions: readonly number[];
}

/** The columns of a table, as its files bring them. */
export interface TableLayout {
  readonly table: string;
  /** In the order of their records; mostly one. */
  readonly files: readonly PlacedFile[];
  /** Names of the columns. */
  readonly columns: readonly string[];
  /** Names of the columns as they first stand in a file. */
  readonly header: readonly string[];
}

/** What the first pass over one file found. */
export interface FileProfile extends PlacedFile {
  readonly rows: number;
}

/** What the first pass found of a table: everything needed to create it. */
export interface TableProfile extends Omit<TableLayout, "columns"> {
  readonly files: readonly FileProfile[];
  readonly columns: readonly Column[];
  /** For each column, what a field of it becomes in the database. */
  readonly toStored: readonly ((field: string) => string | number | bigint | null)[];
  /** Number of blank fields per column, whether stored as NULL or not. */
  readonly blanks: readonly number[];
  readonly rows: number;
  /** Columns with a name of the rowid that can be it: a different integer in every record. */
  readonly rowidKeys: readonly string[];
}

/** What the files of a table are called in a message. */
export function filesOf({ files }: { readonly files: readonly Pick<PlacedFile, "input">[] }): string {
  return files.map(({ input }) => input.name).join(", ");
}
