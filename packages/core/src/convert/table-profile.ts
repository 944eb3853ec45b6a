import type { Reading } from "./records/reading.ts";
import type { Column } from "./dataset.ts";
import type { CsvInput } from "./formats/name-inputs.ts";

/** What the first pass over one file found. */
export interface FileProfile {
  readonly input: CsvInput;
  readonly format: Reading;
  /** The names as they stand in the file. */
  readonly header: readonly string[];
  /** For each field of a record, the position of its column in the table. */
  readonly positions: readonly number[];
  readonly rows: number;
  /** Size, time and inode of the file as it was read. */
  readonly fingerprint: string;
}

/** What the first pass found of a table: everything needed to create it. */
export interface TableProfile {
  readonly table: string;
  /** In the order of their records; mostly one. */
  readonly files: readonly FileProfile[];
  readonly columns: readonly Column[];
  /** Names of the columns as they first stand in a file. */
  readonly header: readonly string[];
  /** Number of blank fields per column, whether stored as NULL or not. */
  readonly blanks: readonly number[];
  readonly rows: number;
  /** Columns with a name of the rowid that can be it: a different integer in every record. */
  readonly rowidKeys: readonly string[];
}

/** What the files of a table are called in a message. */
export function filesOf({ files }: Pick<TableProfile, "files">): string {
  return files.map(({ input }) => input.name).join(", ");
}
