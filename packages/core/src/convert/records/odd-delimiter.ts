import { isProse, isValue } from "./header-place.ts";
import type { SampleRecord } from "./sample.ts";

/** What parts columns in few files, and stands in the texts of many. */
const oddDelimiters = [":", "!", "#", "*", "\u00a6", "\u00a7", " "];
/** Records without which nothing is said. */
const fewest = 2;

/**
 * The character that may part the columns of a file that has one: it stands in the header and as often in every record, with
 * something on both sides of it. Spaces stand in names, too: with them there are three columns or more, one of them of numbers.
 */
export function findOddDelimiter(header: string, data: readonly SampleRecord[]): string | undefined {
  if (data.length < fewest) return undefined;
  return oddDelimiters.find((delimiter) => {
    const names = header.split(delimiter);
    const rows = data.map(({ text }) => text.trimEnd().split(delimiter));
    if (names.length < 2 || names.some((name) => name.trim() === "" || isValue(name))) return false;
    if (!rows.every((row) => row.length === names.length && row.every((field) => field.trim() !== ""))) return false;
    return delimiter !== " " || (names.length > 2 && names.some((_, at) => rows.every((row) => isValue(row[at]!))));
  });
}

/** What a usual delimiter makes of most records of a file that is read as one column: their number, and the first with a value. */
export interface CommonDelimiter {
  readonly delimiter: string;
  readonly count: number;
  readonly line: number;
}

/** The delimiter by which half of the records, or more, have as many fields: titles and notes around a table hide it. */
export function findCommonDelimiter(rivals: readonly string[], data: readonly SampleRecord[]): CommonDelimiter | undefined {
  for (const delimiter of rivals) {
    const parted = data.filter(({ text }) => text.includes(delimiter) && !isProse(text, delimiter));
    const widths = Map.groupBy(parted, ({ text }) => text.split(delimiter).length);
    const [records = []] = [...widths.values()].sort((a, b) => b.length - a.length);
    const first = records.find(({ text }) => text.replaceAll(delimiter, "").trim() !== "");
    if (first !== undefined && records.length > fewest && records.length * 2 >= data.length)
      return { delimiter, count: records.length, line: first.line };
  }
  return undefined;
}
