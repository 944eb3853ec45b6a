import type { Column } from "../dataset.ts";
import { copyText } from "./copy-text.ts";

/** Different values that are counted. */
const mostDistinct = 1000;
/** Characters of different values that are kept to count them. */
const mostKept = 200_000;
/** How often what is kept is copied, so that it holds little of the file's text. */
const addsUntilCopied = 512;
/** The first code unit that sorts otherwise in UTF-16 than by code point. */
const firstSurrogate = 0xd800;

/** Whether `a` stands before `b` in the order of code points, as SQLite compares text. */
export function isBefore(a: string, b: string): boolean {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const [left, right] = [a.charCodeAt(at), b.charCodeAt(at)];
    if (left === right) continue;
    return left < firstSurrogate || right < firstSurrogate ? left < right : a.codePointAt(at)! < b.codePointAt(at)!;
  }
  return a.length < b.length;
}

/** Characters (code points) of a text. */
function countCharacters(text: string): number {
  let count = text.length;
  for (let at = 1; at < text.length; at++)
    if ((text.charCodeAt(at) & 0xfc00) === 0xdc00 && (text.charCodeAt(at - 1) & 0xfc00) === firstSurrogate) count--;
  return count;
}

/** The values of a column as text: how many differ, the first and the last in order, the longest. Memory is bounded. */
export class TextStats {
  #distinct: Set<string> | undefined = new Set();
  #count = 0;
  #kept = 0;
  #least = "";
  #greatest = "";
  /** The first code units of least and greatest. */
  #low = Infinity;
  #high = -1;
  #longest = 0;
  #untilCopied = addsUntilCopied;

  /** Whether `value` is known to have come before: it then changes nothing. */
  has(value: string): boolean {
    return this.#distinct !== undefined && this.#distinct.has(value);
  }

  /** Takes a value, not blank, for which {@link has} is false. */
  add(value: string): void {
    if (this.#distinct !== undefined) this.#keep(this.#distinct, value);
    if (value.length > this.#longest) this.#longest = Math.max(this.#longest, countCharacters(value));
    if (--this.#untilCopied === 0) this.#copy();
    const first = value.charCodeAt(0);
    if (first > this.#low && first < this.#high) return;
    if (this.#high < 0 || isBefore(value, this.#least)) {
      this.#least = value;
      this.#low = Math.min(first, firstSurrogate);
    }
    if (this.#high < 0 || isBefore(this.#greatest, value)) {
      this.#greatest = value;
      this.#high = first < firstSurrogate ? first : firstSurrogate;
    }
  }

  #keep(distinct: Set<string>, value: string): void {
    this.#count++;
    this.#kept += value.length;
    if (this.#count <= mostDistinct && this.#kept <= mostKept) distinct.add(copyText(value));
    else this.#distinct = undefined;
  }

  #copy(): void {
    this.#untilCopied = addsUntilCopied;
    this.#least = copyText(this.#least);
    this.#greatest = copyText(this.#greatest);
  }

  /** The texts that came, as long as all are known. */
  get known(): Iterable<string> {
    return this.#distinct ?? [];
  }

  get report(): Pick<Column, "distinct" | "least" | "greatest" | "longest"> {
    const isCapped = this.#distinct === undefined;
    const [least, greatest] = this.#high < 0 ? [null, null] : [this.#least, this.#greatest];
    return { distinct: { count: isCapped ? this.#count - 1 : this.#count, isCapped }, least, greatest, longest: this.#longest };
  }
}
