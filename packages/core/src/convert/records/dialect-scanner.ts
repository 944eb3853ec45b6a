import type { Dialect } from "./reading.ts";
import {
  afterLineEnd,
  carriageReturn,
  countBreaks,
  lineFeed,
  needsMore,
  never,
  neverClosed,
  StandardScanner,
  textAfterQuote,
  type Scanner,
} from "./scanner.ts";

const backslash = 92;

/** The scanner that reads a dialect; the standard ones have the fastest. */
export function scannerOf(dialect: Dialect): Scanner {
  const isStandard = !dialect.spaced && dialect.escape === "double";
  const inner = isStandard ? new StandardScanner(dialect) : new DialectScanner(dialect);
  return dialect.wrapped ? new WrappedScanner(inner, dialect) : inner;
}

/** Finds the end of quoted fields: a quote that is neither written twice nor after a backslash. */
class Quoting {
  readonly quote: number;
  readonly #text: string;
  readonly #escapes: boolean;
  readonly #escaped: RegExp;

  constructor({ quote, escape }: Dialect) {
    this.#text = quote ?? "";
    this.quote = quote?.charCodeAt(0) ?? never;
    this.#escapes = escape === "backslash";
    this.#escaped = new RegExp(`${this.#escapes ? String.raw`\\([\\${this.#text}])|` : ""}${this.#text}(${this.#text})`, "g");
  }

  /** The closing quote of the field that opens at `open`; {@link needsMore} or {@link neverClosed}. */
  close(text: string, open: number, final: boolean): number {
    for (let at = open + 1; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === backslash && this.#escapes) at++;
      else if (code !== this.quote) continue;
      else if (at + 1 === text.length && !final) return needsMore;
      else if (text.charCodeAt(at + 1) === this.quote) at++;
      else return at;
    }
    return final ? neverClosed : needsMore;
  }

  unquote(raw: string): string {
    if (!raw.includes(this.#text) && !(this.#escapes && raw.includes("\\"))) return raw;
    return raw.replace(this.#escaped, (_, ...[first, second]: (string | undefined)[]) => first ?? second ?? "");
  }
}

/** Reads what {@link StandardScanner} does not: quotes after a backslash, and spaces around fields. */
class DialectScanner implements Scanner {
  readonly #delimiter: number;
  readonly #quoting: Quoting;
  readonly #spaced: boolean;
  breaks = 0;

  constructor(dialect: Dialect) {
    this.#delimiter = dialect.delimiter?.charCodeAt(0) ?? never;
    this.#quoting = new Quoting(dialect);
    this.#spaced = dialect.spaced;
  }

  read(text: string, at: number, final: boolean, fields: string[]): number {
    this.breaks = 0;
    for (let start = at; ;) {
      const end = this.#readField(text, start, final, fields);
      if (end < 0) return end;
      if (end === text.length) return final ? end : needsMore;
      const code = text.charCodeAt(end);
      if (code === this.#delimiter) start = end + 1;
      else return code === lineFeed || code === carriageReturn ? afterLineEnd(text, end, final) : textAfterQuote;
    }
  }

  #readField(text: string, start: number, final: boolean, fields: string[]): number {
    const open = this.#afterSpaces(text, start);
    if (text.charCodeAt(open) !== this.#quoting.quote) {
      let end = open;
      while (end < text.length && !this.#endsField(text.charCodeAt(end))) end++;
      fields.push(text.slice(open, this.#beforeSpaces(text, open, end)));
      return end;
    }
    const close = this.#quoting.close(text, open, final);
    if (close < 0) return close;
    const raw = text.slice(open + 1, close);
    this.breaks += countBreaks(raw);
    fields.push(this.#quoting.unquote(raw));
    return this.#afterSpaces(text, close + 1);
  }

  #endsField(code: number): boolean {
    return code === this.#delimiter || code === lineFeed || code === carriageReturn;
  }

  #isSpace(code: number): boolean {
    return code === 32 || (code === 9 && this.#delimiter !== 9);
  }

  #afterSpaces(text: string, start: number): number {
    let at = start;
    if (this.#spaced) while (this.#isSpace(text.charCodeAt(at))) at++;
    return at;
  }

  #beforeSpaces(text: string, start: number, end: number): number {
    let at = end;
    if (this.#spaced) while (at > start && this.#isSpace(text.charCodeAt(at - 1))) at--;
    return at;
  }
}

/** Reads lines that are in quotes as a whole, and others as they stand. */
class WrappedScanner implements Scanner {
  readonly #inner: Scanner;
  readonly #quoting: Quoting;
  breaks = 0;

  constructor(inner: Scanner, dialect: Dialect) {
    this.#inner = inner;
    this.#quoting = new Quoting({ ...dialect, escape: "double" });
  }

  read(text: string, at: number, final: boolean, fields: string[]): number {
    this.breaks = 0;
    const next = text.charCodeAt(at) === this.#quoting.quote ? this.#readWrapped(text, at, final, fields) : undefined;
    if (next !== undefined) return next;
    const end = this.#inner.read(text, at, final, fields);
    this.breaks = this.#inner.breaks;
    return end;
  }

  /** Undefined where the quote at `at` is that of the first field. */
  #readWrapped(text: string, at: number, final: boolean, fields: string[]): number | undefined {
    const close = this.#quoting.close(text, at, final);
    if (close < 0) return close;
    const end = close + 1;
    const code = text.charCodeAt(end);
    if (end < text.length && code !== lineFeed && code !== carriageReturn) return undefined;
    const line = this.#quoting.unquote(text.slice(at + 1, close));
    const read = this.#inner.read(line, 0, true, fields);
    this.breaks = countBreaks(line);
    if (read < 0) return read;
    if (read < line.length) return textAfterQuote;
    return end === text.length ? end : afterLineEnd(text, end, final);
  }
}
