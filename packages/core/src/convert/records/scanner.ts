import type { Dialect } from "./reading.ts";

export const lineFeed = 10;
export const carriageReturn = 13;
/** A code unit that no text has. */
export const never = -1;

/** What {@link Scanner.read} returns in the place of a position. */
export const needsMore = -1;
export const textAfterQuote = -2;
export const neverClosed = -3;

/** Reads one record at a time. */
export interface Scanner {
  /** Line breaks in the quoted fields of the record that was read last. */
  readonly breaks: number;
  /**
   * Appends the fields of the record at `at` and returns where the next one starts, or one of the codes above.
   * @param final whether no text comes after `text`
   */
  read(text: string, at: number, final: boolean, fields: string[]): number;
}

/** Where the line that ends at `end` is followed by the next: after LF, CRLF, CR, or the CR CR LF of a file that was converted twice. */
export function afterLineEnd(text: string, end: number, final: boolean): number {
  if (text.charCodeAt(end) === lineFeed) return end + 1;
  const next = text.charCodeAt(end + 1);
  if (next === lineFeed) return end + 2;
  if (end + 2 >= text.length && !final) return needsMore;
  return next === carriageReturn && text.charCodeAt(end + 2) === lineFeed ? end + 3 : end + 1;
}

/** Line breaks in a text, as editors count them. */
export function countBreaks(text: string): number {
  let breaks = 0;
  for (let index = text.indexOf("\n"); index >= 0; index = text.indexOf("\n", index + 1)) breaks++;
  return breaks;
}

/**
 * Reads records as RFC 4180 has them, with any delimiter and quote. Lines may end in CRLF, LF or CR.
 * A quote inside an unquoted field stands for itself.
 */
export class StandardScanner implements Scanner {
  readonly #delimiter: number;
  readonly #quote: number;
  readonly #quoteText: string;
  breaks = 0;

  constructor({ delimiter, quote }: Pick<Dialect, "delimiter" | "quote">) {
    this.#delimiter = delimiter?.charCodeAt(0) ?? never;
    this.#quote = quote?.charCodeAt(0) ?? never;
    this.#quoteText = quote ?? "";
  }

  read(text: string, at: number, final: boolean, fields: string[]): number {
    const { length } = text;
    const delimiter = this.#delimiter;
    const quote = this.#quote;
    this.breaks = 0;
    for (let start = at; ;) {
      let end: number;
      if (text.charCodeAt(start) === quote) {
        const close = this.#closingQuote(text, start, final);
        if (close < 0) return close;
        fields.push(this.#unquote(text.slice(start + 1, close)));
        end = close + 1;
      } else {
        end = this.#fieldEnd(text, start);
        if (end === length && !final) return needsMore;
        fields.push(text.slice(start, end));
      }
      if (end === length) return length;
      const code = text.charCodeAt(end);
      if (code === delimiter) start = end + 1;
      else if (code === lineFeed) return end + 1;
      else return code === carriageReturn ? afterLineEnd(text, end, final) : textAfterQuote;
    }
  }

  #fieldEnd(text: string, start: number): number {
    const { length } = text;
    const delimiter = this.#delimiter;
    let end = start;
    while (end < length) {
      const code = text.charCodeAt(end);
      if (code === delimiter || code === lineFeed || code === carriageReturn) break;
      end++;
    }
    return end;
  }

  #closingQuote(text: string, start: number, final: boolean): number {
    const quote = this.#quote;
    const quoteText = this.#quoteText;
    let close = text.indexOf(quoteText, start + 1);
    while (close >= 0 && text.charCodeAt(close + 1) === quote) close = text.indexOf(quoteText, close + 2);
    if (close < 0) return final ? neverClosed : needsMore;
    return close + 1 === text.length && !final ? needsMore : close;
  }

  #unquote(raw: string): string {
    if (raw.includes("\n")) this.breaks += countBreaks(raw);
    const quote = this.#quoteText;
    return raw.includes(quote) ? raw.replaceAll(quote + quote, quote) : raw;
  }
}
