import type { Conversion } from "../dataset.ts";
import type { ColumnSettings } from "../settings/settings.ts";
import { dateRewriter } from "./date-rewriter.ts";
import { asSqliteReads } from "./exact-number.ts";
import { numberRewriter } from "./number-style.ts";

/** Another way to write the fields of a column, that its owner asks for. */
export interface Rewriter {
  readonly as: Conversion["as"];
  /** Whether the result is a number, which then decides the type; else it is text. */
  readonly isNumber: boolean;
  /** In words, for a field that cannot be read: `3 values are no dates`. */
  readonly noun: string;
  /** How a field can be meant, where only the whole column tells which: `day-first`, `month-first`. */
  readonly ways: readonly string[];
  /** The way to assume where the column does not tell, by a field that reads differently in two. Unset: the first. */
  readonly assume?: (field: string) => number;
  /** The field rewritten, as it reads in one of the ways; undefined when it cannot be read so. */
  readonly read: (field: string, way: number) => string | undefined;
  /** Whether the field has a time that is left out. */
  readonly leavesOutTime?: (field: string) => boolean;
}

/**
 * What the settings of a column ask for; undefined when its fields stay as they are.
 *
 * @throws PublishError `OPTION_INVALID` for a format of dates that cannot be read
 */
export function rewriterOf(settings: ColumnSettings): Rewriter | undefined {
  if (settings.date !== undefined) return dateRewriter("date", settings.date, settings.formats ?? []);
  if (settings.datetime !== undefined) return dateRewriter("datetime", settings.datetime, settings.formats ?? []);
  if (settings.number !== undefined) return numberRewriter(settings.number);
  if (settings.type === "integer" || settings.type === "real" || settings.type === "numeric")
    return { as: settings.type, isNumber: true, noun: "numbers", ways: ["as written"], read: asSqliteReads };
  return undefined;
}
