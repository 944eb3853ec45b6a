import type { Column } from "../dataset.ts";
import { copyText } from "../copy-text.ts";
import { TextRange } from "./text-range.ts";

/** Different values that are counted. */
const mostDistinct = 1000;
/** Characters of different values that are kept to count them. */
const mostKept = 200_000;
/** Slots of the values that came last, a power of two. */
const recentSlots = 512;

/** Characters (code points) of a text. */
function countCharacters(text: string): number {
  let count = text.length;
  for (let at = 1; at < text.length; at++)
    if ((text.charCodeAt(at) & 0xfc00) === 0xdc00 && (text.charCodeAt(at - 1) & 0xfc00) === 0xd800) count--;
  return count;
}

/** A slot for a text, by some of its characters: the same text has the same slot. */
function slotOf(text: string): number {
  const { length } = text;
  const last = text.charCodeAt(length - 1);
  if (length < 4) return (last + length * 131 + text.charCodeAt(0) * 17) & (recentSlots - 1);
  const ends = last + text.charCodeAt(length - 2) * 11 + text.charCodeAt(length - 4) * 61;
  return (ends + length * 131 + text.charCodeAt(length >> 1) * 23 + text.charCodeAt(0) * 17) & (recentSlots - 1);
}

/** The values of a column as text: how many differ, the first and the last in order, the longest. Memory is bounded. */
export class TextStats {
  /** Undefined once there are too many. */
  #distinct: Set<string> | undefined = new Set();
  /** Values of `distinct` by their slots: several times faster than the set for a column of few values. */
  readonly #recent: string[] = Array.from({ length: recentSlots }, () => "");
  readonly #range = new TextRange();
  #count = 0;
  #kept = 0;
  #longest = 0;

  /** Whether `value` is known to have come before: it then changes nothing. */
  has(value: string): boolean {
    if (this.#distinct === undefined) return false;
    const slot = slotOf(value);
    if (this.#recent[slot] === value) return true;
    if (!this.#distinct.has(value)) return false;
    this.#recent[slot] = copyText(value);
    return true;
  }

  /** Takes a value, not blank, for which {@link has} is false. */
  add(value: string): void {
    if (this.#distinct !== undefined) this.#keep(this.#distinct, value);
    if (value.length > this.#longest) this.#longest = Math.max(this.#longest, countCharacters(value));
    this.#range.add(value);
  }

  #keep(distinct: Set<string>, value: string): void {
    this.#count++;
    this.#kept += value.length;
    if (this.#count <= mostDistinct && this.#kept <= mostKept) distinct.add(copyText(value));
    else this.#forget();
  }

  #forget(): void {
    this.#distinct = undefined;
    this.#recent.length = 0;
  }

  get report(): Pick<Column, "distinct" | "least" | "greatest" | "longest"> {
    const isCapped = this.#distinct === undefined;
    const { least, greatest } = this.#range;
    return { distinct: { count: isCapped ? this.#count - 1 : this.#count, isCapped }, least, greatest, longest: this.#longest };
  }
}
