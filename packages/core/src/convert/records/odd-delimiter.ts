import { isValue } from "./header-place.ts";
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
