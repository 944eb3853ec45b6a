import type { Warning } from "../../events/warnings.ts";
import type { NumberStyle } from "../settings/settings.ts";
import { ColumnTally, sumOf, type Kind } from "./column-tally.ts";
import type { WrittenStyle } from "./numbers.ts";
import { textColumnWarnings, type TextColumn } from "./text-column-warnings.ts";
import type { Batch, Hidden, Watched, Watcher } from "./watcher.ts";

/** Values that must be of one kind before anything is said. */
const fewest = 2;
/** Dates of a short year between dots or hyphens look like codes: as many must be dates without exception. */
const fewestShort = 10;
/** Share of a column's values that must be of one kind. */
const most = 0.95;

/**
 * Finds columns that are text for the way their numbers or dates are written, or for a few words among numbers (`NA`).
 * What its owner says of a column is taken, and nothing is said of it.
 */
export class TextColumns implements Watcher {
  readonly #watched: Watched;
  readonly #tallies: readonly (ColumnTally | undefined)[];

  constructor(watched: Watched) {
    this.#watched = watched;
    this.#tallies = watched.header.map((name, position) => (isSettled(watched, position) ? undefined : new ColumnTally(name)));
  }

  add({ records, lines }: Batch): void {
    for (const [position, tally] of this.#tallies.entries()) {
      if (!tally?.isOpen) continue;
      if (this.#watched.isNumeric?.(position)) tally.numbers += records.length;
      else for (let at = 0; at < records.length && tally.isOpen; at++) tally.add(records[at]![position]!, lines[at]!);
    }
  }

  finish(hidden: Hidden = new Set()): Warning[] {
    const found = this.#tallies.flatMap((tally, position): TextColumn[] => {
      const why = tally && this.#judge(tally, position);
      return why ? [{ ...why, position, isHidden: hidden.has(position) }] : [];
    });
    return textColumnWarnings(this.#watched, found);
  }

  #judge(tally: ColumnTally, position: number): Pick<TextColumn, "why" | "style" | "values" | "kinds"> | undefined {
    const { numbers, others } = tally;
    const { spaced, ...written } = Object.fromEntries(tally.styles) as Partial<Record<WrittenStyle, Kind>>;
    const [dates, amounts] = [[...tally.dates.values()], Object.values(written)];
    const [dateCount, amountCount, spacedCount] = [countOf(dates), countOf(amounts), spaced?.count ?? 0];
    const values = numbers + others + dateCount + amountCount + spacedCount;
    if (dateCount >= fewest && dateCount >= most * values) {
      const areDates = tally.shortDates < dateCount || (dateCount >= fewestShort && dateCount === values);
      return areDates ? { why: hasTime(dates) ? "datetimes" : "dates", values, kinds: dates } : undefined;
    }
    if (numbers + amountCount + spacedCount < Math.max(fewest, most * values)) return undefined;
    if (amountCount > 0) return { why: "numbers", style: styleOf(written), values, kinds: amounts };
    if (spaced && others === 0) return { why: "spaces", values, kinds: [spaced] };
    const words = this.#wordsOf(tally, position);
    return words.length > 0 && others + dateCount === 0 && numbers >= fewest ? { why: "words", values, kinds: words } : undefined;
  }

  #wordsOf({ words }: ColumnTally, position: number): Kind[] {
    const given = this.#watched.settings?.[position]?.null ?? [];
    return [...words.values()].filter(({ first }) => !given.includes(first.trim()));
  }
}

/** Whether its owner says what the column holds. */
function isSettled({ settings }: Watched, position: number): boolean {
  const { type, date, datetime, number, leaveOut } = settings?.[position] ?? {};
  return leaveOut === true || [type, date, datetime, number].some((given) => given !== undefined);
}

function countOf(kinds: readonly Kind[]): number {
  return kinds.reduce((sum, { count }) => sum + count, 0);
}

function hasTime(dates: readonly Kind[]): boolean {
  return /\d[:.]\d{2}/.test(sumOf(dates)!.first.slice(8));
}

/** The style that all the numbers of a column can be read by; undefined: thousands or a decimal comma, which only its owner knows. */
function styleOf(styles: Partial<Record<WrittenStyle, Kind>>): NumberStyle | undefined {
  const known = Object.entries(styles).filter(([style]) => style !== "either") as [NumberStyle, Kind][];
  return known.sort(([, a], [, b]) => b.count - a.count)[0]?.[0];
}
