import type { Ragged } from "../settings/settings.ts";

/** What may part columns, the usual first; the last are the separators of units in ASCII, and of Hive. */
export const delimiters: readonly string[] = [",", ";", "\t", "|", "^", "~", "\u001f", "\u0001"];

/** UTF-16 code units of a record that a message shows. */
const maxShown = 120;

/** How records are written: RFC 4180, and where a file differs from it. */
export interface Dialect {
  /** One character; null: there is one column. */
  readonly delimiter: string | null;
  /** Character around fields; null: none is. */
  readonly quote: '"' | "'" | null;
  /** How a quote inside a quoted field is written; after a backslash a backslash is written twice as well. */
  readonly escape: "double" | "backslash";
  /** Spaces around a field, outside of its quotes, are no part of it. */
  readonly spaced: boolean;
  /** A line may be in quotes as a whole; what is inside is its record. */
  readonly wrapped: boolean;
  /** Blank fields behind the last one that has a name are no fields: they come from delimiters that part nothing. */
  readonly trailing: boolean;
}

/** Everything that decides which records a file holds. */
export interface Reading {
  /** By its name in the Encoding Standard. */
  readonly encoding: string;
  readonly dialect: Dialect;
  /** Lines above the header. */
  readonly skip: number;
  /** Records that the header is made of; 0: none. */
  readonly headerRows: number;
  /** Records at the end that are left out. */
  readonly skipEnd: number;
  readonly short: Ragged;
  readonly long: Ragged;
  /** Columns of the table where padding made more than the header has; unset: those of the header. */
  readonly width?: number;
  /** What stands above the header: the table's description. */
  readonly title: string | null;
}

/** A record with fewer or more fields than the header. */
export interface RaggedLine {
  /** Line, from 1, on which it starts. */
  readonly line: number;
  readonly fields: readonly string[];
  /** Fields that the header has. */
  readonly columns: number;
  /** What is done with it. */
  readonly handling: Ragged;
  /** As it stands in the file, with its line end. */
  readonly text: string;
}

/** Some records of a file, in file order. `lines[i]` is the line, from 1, on which `records[i]` starts. */
export interface RecordBatch {
  /** As many names as every record has fields; blank where the file has none. */
  readonly header: readonly string[];
  readonly records: readonly (readonly string[])[];
  readonly lines: readonly number[];
  /** Records that do not fit the header: left out of `records`, or padded in it, as the reading says. */
  readonly ragged: readonly RaggedLine[];
  /** A piece of the file that holds all these records, and perhaps more. */
  readonly text: string;
  /** Bytes of the file read so far. */
  readonly bytes: number;
}

/** RFC 4180 with this delimiter. */
export function standardDialect(delimiter: string | null): Dialect {
  return { delimiter, quote: '"', escape: "double", spaced: false, wrapped: false, trailing: false };
}

/** A delimiter in quotes, a tab as `\t`, another control character by its number. */
export function shownDelimiter(delimiter: string): string {
  return `'${/^[ -~]$/.test(delimiter) ? delimiter : JSON.stringify(delimiter).slice(1, -1)}'`;
}

/** The start of a text of a file as a message shows it: on one line, cut. */
export function shownRecord(text: string): string {
  const line = text.slice(0, maxShown + 2).replace(/[\r\n]+$/, "");
  const shown = line.replace(/\r\n|[\r\n]/g, String.raw`\n`).replaceAll("\t", String.raw`\t`);
  return (shown.length > maxShown ? `${shown.slice(0, maxShown)}…` : shown).replace(/\p{Cc}/gu, "�");
}
