import { setOption, type Remedy } from "../../errors/remedies.ts";
import { warning, type Warning } from "../../events/warnings.ts";
import type { NumberStyle } from "../settings/settings.ts";
import { sumOf, type Kind } from "./column-tally.ts";
import { evidence, shown } from "./evidence.ts";
import { columnAt, ofColumn, type Watched } from "./watcher.ts";

/** A column that is text for some of its values. */
export interface TextColumn {
  readonly position: number;
  readonly why: "dates" | "datetimes" | "numbers" | "spaces" | "words";
  /** How its numbers are written, where that is known. */
  readonly style?: NumberStyle | undefined;
  /** Values that are neither blank nor a word for a missing value. */
  readonly values: number;
  /** The values for which it is text. */
  readonly kinds: readonly Kind[];
  readonly isHidden: boolean;
}

/** Columns, or words, that a message lists. */
const mostListed = 3;

/** One warning for all columns of a file that are text for one reason. */
export function textColumnWarnings(watched: Watched, columns: readonly TextColumn[]): Warning[] {
  const groups = Map.groupBy(columns, ({ why, style }) => `${why} ${style ?? ""}`);
  return [...groups.values()].map((group) => makeWarning[group[0]!.why]({ watched, columns: group, ...sumUp(watched, group) }));
}

interface Group {
  readonly watched: Watched;
  readonly columns: readonly TextColumn[];
  /** The columns as a message lists them. */
  readonly names: string;
  /** The first value that is for text: in quotes, and as facts hold it. */
  readonly example: string;
  readonly text: string;
  readonly line: number;
  readonly facts: Warning["facts"];
}

function sumUp(watched: Watched, columns: readonly TextColumn[]): Omit<Group, "watched" | "columns"> {
  const [{ kinds, isHidden }] = columns as [TextColumn];
  const { first, line } = sumOf(kinds)!;
  const names = columns.map(({ position }) => columnAt(watched, position));
  const count = sumOf(columns.flatMap((column) => column.kinds))!.count;
  const values = columns.reduce((sum, column) => sum + column.values, 0);
  const facts = { file: watched.file, table: watched.table, column: names[0]!, columns: names, count, values, line };
  return { names: listed(names), example: shown(first, isHidden), text: evidence(first, isHidden), line, facts };
}

const makeWarning: Readonly<Record<TextColumn["why"], (group: Group) => Warning>> = {
  dates: (group) => datesWarning(group, "date"),
  datetimes: (group) => datesWarning(group, "datetime"),
  numbers: numbersWarning,
  spaces: spacesWarning,
  words: wordsWarning,
};

function datesWarning(group: Group, option: "date" | "datetime"): Warning {
  const { watched, names, example, line, facts, text } = group;
  const message = `${watched.file}: the dates of ${names}, such as ${example} on line ${line}, stay text and sort wrongly.`;
  return warning("DATES_AS_TEXT", message, { ...facts, text }, forEach(group, option, [undefined], "to store them as they sort"));
}

function numbersWarning(group: Group): Warning {
  const { watched, columns, names, example, line, facts, text } = group;
  const style = columns[0]!.style;
  const styles: readonly NumberStyle[] = style === undefined ? ["thousands", "decimal-comma"] : [style];
  const message = `${watched.file}: the numbers of ${names}, such as ${example} on line ${line}, stay text and sort as text.`;
  const note = style === undefined ? `if that is how ${example} is written` : "to store them as numbers";
  return warning("NUMBERS_AS_TEXT", message, { ...facts, text, style: style ?? null }, forEach(group, "number", styles, note));
}

function spacesWarning(group: Group): Warning {
  const { watched, names, example, line, facts, text } = group;
  const message = `${watched.file}: numbers of ${names} stay text for the spaces around them, such as ${example} on line ${line}.`;
  const remedies = forEach(group, "number", ["thousands"], "to store them as numbers");
  return warning("NUMBERS_AS_TEXT", message, { ...facts, text, style: null }, remedies);
}

function wordsWarning(group: Group): Warning {
  const { watched, columns, names, line, facts } = group;
  const words = Map.groupBy(
    columns.flatMap(({ kinds }) => kinds),
    ({ first }) => first,
  );
  const counted = [...words].map(([word, kinds]) => `${shown(word)} (${sumOf(kinds)!.count})`);
  const message = `${watched.file}: ${names} ${columns.length === 1 ? "is" : "are"} text for ${listed(counted)} among numbers; the first is on line ${line}.`;
  const remedies = [...words.keys()].flatMap((word) => {
    const having = columns.filter(({ kinds }) => kinds.some(({ first }) => first === word));
    return forEach({ watched, columns: having }, "null", [word.trim()], "if it stands for no value");
  });
  return warning("NULL_WORDS", message, { ...facts, words: [...words.keys()].join(", ") }, remedies);
}

/** An option for each of the columns, with each of the values. */
function forEach(
  { watched, columns }: Pick<Group, "watched" | "columns">,
  option: string,
  values: readonly (string | undefined)[],
  note: string,
): Remedy[] {
  return columns.flatMap(({ position }) => values.map((value) => setOption(option, ofColumn(watched, position, value), note)));
}

function listed(items: readonly string[]): string {
  const rest = items.length - mostListed;
  return rest > 0 ? `${items.slice(0, mostListed).join(", ")} and ${rest} more` : items.join(", ");
}
