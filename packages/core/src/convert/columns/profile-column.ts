import type { Warning } from "../../events/warnings.ts";
import type { Column } from "../dataset.ts";
import type { ColumnSettings } from "../settings/settings.ts";
import { PlainColumn } from "./plain-column.ts";
import { RewrittenColumn } from "./rewritten-column.ts";
import { rewriterOf } from "./rewriter.ts";
import { NumberMemory } from "./seen-numbers.ts";

/** How a column is read and kept: what its owner says of it, and of all columns. */
export type ProfileSettings = ColumnSettings & {
  /** Keep blank fields as empty text instead of NULL. */
  readonly emptyAsText?: boolean;
  /** Keep every column as text, but for those that have a type of their own. */
  readonly justStrings?: boolean;
};

/** What a field becomes in the database. */
export type Stored = string | number | bigint | null;

/** Looks at every field of a column, of one file or of several, and then tells its type. Memory is bounded. */
export interface ColumnProfile {
  /** Every field so far is a number or blank; unset: not known. */
  readonly mayBeNumbers?: boolean;
  /** Names the file of the fields to come, where a table has several. */
  startFile(file: string): void;
  /** @param line of the record, from 1 */
  add(field: string, line: number): void;
  finish(): ColumnVerdict;
}

export interface ColumnVerdict {
  /** What the column holds; its name is the caller's. */
  readonly report: Omit<Column, "name">;
  /** Blank fields, whether stored as NULL or not. */
  readonly blanks: number;
  /** A field of the column as it is stored: exactly what a query then gives, as a column of `report.type` keeps it. */
  readonly toStored: (field: string) => Stored;
  /**
   * What to tell of the column.
   *
   * @param isShown whether values may be shown
   */
  readonly notices: (file: string, table: string, column: string, isShown?: boolean) => Warning[];
}

/**
 * Makes the profile of a column.
 *
 * @param memory what the columns of one table share; unset: the column has its own
 * @throws PublishError `OPTION_INVALID` for a format of dates that cannot be read
 */
export function profileColumn(settings: ProfileSettings, memory: NumberMemory = new NumberMemory()): ColumnProfile {
  const rewriter = rewriterOf(settings);
  return rewriter === undefined ? new PlainColumn(settings, memory) : new RewrittenColumn(rewriter, settings);
}
