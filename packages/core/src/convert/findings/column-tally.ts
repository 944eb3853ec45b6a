import { datePartsOf, type DateParts } from "./dates.ts";
import { copyText } from "../copy-text.ts";
import { isPlainNumber, numberStyleOf, type WrittenStyle } from "./numbers.ts";
import { isMissingWord } from "./words.ts";

/** Values of one kind: how many, and the first. */
export interface Kind {
  count: number;
  readonly first: string;
  readonly line: number;
}

/** Values of other kinds that a column may hold before it is text, whatever follows; and their share from then on. */
const othersAllowed = 20;
const othersShare = 0.05;
/** Written numbers and dates that are counted; more tell nothing new. */
const mostCounted = 10_000;

/**
 * Counts which values of a column are plain numbers, words for a missing value, numbers as people write them, and dates.
 * A column of text is given up after some values, so that it costs nothing more.
 */
export class ColumnTally {
  readonly #name: string;
  isOpen = true;
  numbers = 0;
  others = 0;
  readonly words = new Map<string, Kind>();
  readonly styles = new Map<WrittenStyle, Kind>();
  readonly dates = new Map<DateParts, Kind>();
  /** Dates with a year of two digits between dots or hyphens. */
  shortDates = 0;
  #counted = 0;

  /** @param name the header of the column: a value like it is a repeated header */
  constructor(name: string) {
    this.#name = name;
  }

  add(field: string, line: number): void {
    if (isPlainNumber(field)) this.numbers++;
    else if (field.length > 0) this.#addOther(field, line);
  }

  #addOther(field: string, line: number): void {
    if (field === this.#name || field.trim() === "") return;
    if (isMissingWord(field)) return count(this.words, field, field, line);
    const date = datePartsOf(field);
    const style = date === undefined ? numberStyleOf(field) : undefined;
    if (date !== undefined) {
      count(this.dates, date.parts, field, line);
      if (date.isShort) this.shortDates++;
    } else if (style !== undefined) count(this.styles, style, field, line);
    else this.others++;
    if (date !== undefined || style !== undefined) this.#counted++;
    const isText = this.others > othersAllowed && this.others > othersShare * (this.numbers + this.#counted);
    if (isText || this.#counted >= mostCounted) this.isOpen = false;
  }
}

function count<K>(kinds: Map<K, Kind>, key: K, field: string, line: number): void {
  const kind = kinds.get(key);
  if (kind === undefined) kinds.set(typeof key === "string" ? (copyText(key) as K) : key, { count: 1, first: copyText(field), line });
  else kind.count++;
}

/** All of some kinds as one, with the first of them in the file. */
export function sumOf(kinds: Iterable<Kind>): Kind | undefined {
  const [first, ...rest] = [...kinds].sort((a, b) => a.line - b.line);
  return first && { ...first, count: rest.reduce((sum, kind) => sum + kind.count, first.count) };
}
