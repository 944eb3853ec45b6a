import { setOption, type Remedy } from "../../errors/remedies.ts";
import { warning, type Warning } from "../../events/warnings.ts";
import type { NumberStyle } from "../settings/settings.ts";
import { ColumnTally, sumOf, type Kind } from "./column-tally.ts";
import { evidence, shown } from "./evidence.ts";
import type { WrittenStyle } from "./numbers.ts";
import { columnAt, ofColumn, type Batch, type Hidden, type Watched, type Watcher } from "./watcher.ts";

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
    for (const [position, tally] of this.#tallies.entries()) if (tally?.isOpen) tally.add(records, lines, position);
  }

  finish(hidden: Hidden = new Set()): Warning[] {
    return this.#tallies.flatMap((tally, position) => {
      const found = tally && this.#judge(tally, position, hidden.has(position));
      return found ? [found] : [];
    });
  }

  #judge(tally: ColumnTally, position: number, isHidden: boolean): Warning | undefined {
    const { numbers, others } = tally;
    const { spaced, ...written } = Object.fromEntries(tally.styles) as Partial<Record<WrittenStyle, Kind>>;
    const styles = Object.values(written);
    const [dates, amounts] = [sumOf(tally.dates.values()), sumOf(styles)];
    const [dateCount, amountCount, spacedCount] = [dates?.count ?? 0, amounts?.count ?? 0, spaced?.count ?? 0];
    const values = numbers + others + dateCount + amountCount + spacedCount;
    const of = { watched: this.#watched, position, values, isHidden };
    if (dates && dateCount >= fewest && dateCount >= most * values)
      return tally.shortDates < dateCount || (dateCount >= fewestShort && dateCount === values) ? datesWarning(of, dates) : undefined;
    if (numbers + amountCount + spacedCount < Math.max(fewest, most * values)) return undefined;
    if (amounts && amountCount + numbers >= fewest) return numbersWarning(of, amounts, styleOf(written));
    if (spaced && others === 0) return spacedWarning(of, spaced);
    const words = this.#wordsOf(tally, position);
    return words.length > 0 && others + dateCount === 0 && numbers >= fewest ? wordsWarning(of, words) : undefined;
  }

  #wordsOf({ words }: ColumnTally, position: number): Kind[] {
    const given = this.#watched.settings?.[position]?.null ?? [];
    return [...words.values()].filter(({ first }) => !given.includes(first.trim()));
  }
}

interface Judged {
  readonly watched: Watched;
  readonly position: number;
  readonly values: number;
  readonly isHidden: boolean;
}

/** Whether its owner says what the column holds. */
function isSettled({ settings }: Watched, position: number): boolean {
  const { type, date, datetime, number, leaveOut } = settings?.[position] ?? {};
  return leaveOut === true || [type, date, datetime, number].some((given) => given !== undefined);
}

/** The style that all the numbers of a column can be read by; undefined: thousands or a decimal comma, which only its owner knows. */
function styleOf(styles: Partial<Record<WrittenStyle, Kind>>): NumberStyle | undefined {
  const known = Object.entries(styles).filter(([style]) => style !== "either") as [NumberStyle, Kind][];
  return known.sort(([, a], [, b]) => b.count - a.count)[0]?.[0];
}

function datesWarning({ watched, position, values, isHidden }: Judged, { first, line, count }: Kind): Warning {
  const column = columnAt(watched, position);
  const key = /\d[:.]\d{2}/.test(first.slice(8)) ? "datetime" : "date";
  return warning(
    "DATES_AS_TEXT",
    `${watched.file}: the dates of ${column}, such as ${shown(first, isHidden)} on line ${line}, stay text and sort wrongly.`,
    { ...factsOf(watched, position), count, values, line, text: evidence(first, isHidden) },
    setOption(key, ofColumn(watched, position), "to store them as they sort"),
  );
}

function numbersWarning({ watched, position, values, isHidden }: Judged, { first, line, count }: Kind, style?: NumberStyle): Warning {
  const column = columnAt(watched, position);
  const styles: readonly NumberStyle[] = style === undefined ? ["thousands", "decimal-comma"] : [style];
  const note = style === undefined ? `if ${shown(first, isHidden)} has one` : "to store them as numbers";
  return warning(
    "NUMBERS_AS_TEXT",
    `${watched.file}: the numbers of ${column}, such as ${shown(first, isHidden)} on line ${line}, stay text and sort as text.`,
    { ...factsOf(watched, position), count, values, line, text: evidence(first, isHidden), style: style ?? null },
    styles.map((one): Remedy => setOption("number", ofColumn(watched, position, one), note)),
  );
}

function spacedWarning({ watched, position, values, isHidden }: Judged, { first, line, count }: Kind): Warning {
  const column = columnAt(watched, position);
  return warning(
    "NUMBERS_AS_TEXT",
    `${watched.file}: ${count} of the numbers of ${column} ${count === 1 ? "has" : "have"} spaces around ${count === 1 ? "it" : "them"}, first on line ${line} (${shown(first, isHidden)}), so the column stays text.`,
    { ...factsOf(watched, position), count, values, line, text: evidence(first, isHidden), style: null },
    setOption("number", ofColumn(watched, position, "thousands"), "to store them as numbers"),
  );
}

function wordsWarning({ watched, position, values }: Judged, words: readonly Kind[]): Warning {
  const column = columnAt(watched, position);
  const { line, count } = sumOf(words)!;
  const listed = words.map(({ first, count: times }) => `${shown(first)} (${times})`).join(", ");
  return warning(
    "NULL_WORDS",
    `${watched.file}: ${column} is text only for ${listed} among ${values} numbers; the first is on line ${line}.`,
    { ...factsOf(watched, position), count, values, line, words: words.map(({ first }) => first).join(", ") },
    words.map(({ first }) => setOption("null", ofColumn(watched, position, first.trim()), "if it stands for no value")),
  );
}

function factsOf(watched: Watched, position: number): { file: string; table: string; column: string } {
  return { file: watched.file, table: watched.table, column: columnAt(watched, position) };
}
