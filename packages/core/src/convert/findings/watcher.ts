import type { Warning } from "../../events/warnings.ts";
import { columnNames } from "../names.ts";
import type { ColumnSettings, FileSettings } from "../settings/settings.ts";

/** Some records of a file, in file order. `lines[i]` is the line, from 1, on which `records[i]` starts. */
export interface Batch {
  readonly records: readonly (readonly string[])[];
  readonly lines: readonly number[];
  /** The piece of the file that was read for these records, to look for a character in all of them at once; unset: none is known. */
  readonly text?: string;
}

/** The file whose records are watched. */
export interface Watched {
  /** Its name as the user knows it. */
  readonly file: string;
  /** The table that it goes to. */
  readonly table: string;
  /** The names as they stand in the file. */
  readonly header: readonly string[];
  /** The names that its columns get; unset: those that the header gives. */
  readonly columns?: readonly string[];
  /** The character between its fields; unset: not known. */
  readonly delimiter?: string | null;
  /** Records that the header is made of. */
  readonly headerRows: number;
  /** What its owner says of it: what is said is not asked again. */
  readonly given?: FileSettings;
  /** What its owner says of each field. */
  readonly settings?: readonly (ColumnSettings | undefined)[];
  /** Whether all values of a field so far, the batch that is added included, are numbers, so that none has to be looked at; unset: not known. */
  readonly isNumeric?: (position: number) => boolean;
}

/** Positions of the fields whose values are not to be shown. */
export type Hidden = ReadonlySet<number>;

/**
 * Looks for one kind of thing in all records of a file, in bounded memory, while the first pass reads it. It changes nothing:
 * what it finds is a warning.
 */
export interface Watcher {
  add(batch: Batch): void;
  /** What was found; values of the fields in `hidden` are not in it. */
  finish(hidden?: Hidden): Warning[];
}

/** Name of the column at a position, as the table has it. */
export function columnAt({ header, columns }: Watched, position: number): string {
  return (columns ?? columnNames(header))[position]!;
}

/** The value of an option that is said of one column: `null` has `towns.people=NA`. */
export function ofColumn(watched: Watched, position: number, value?: string): string {
  const column = `${watched.table}.${columnAt(watched, position)}`;
  return value === undefined ? column : `${column}=${value}`;
}
