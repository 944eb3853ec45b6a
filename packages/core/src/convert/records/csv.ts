import { PublishError } from "../../errors/publish-error.ts";
import { setOption, type Remedy } from "../../errors/remedies.ts";
import type { InputFile } from "../../files/input-file.ts";
import { readText } from "../text/encoding.ts";

const quote = 34;
const lineFeed = 10;
const carriageReturn = 13;

/** Longest record in UTF-16 code units; beyond it a quote was surely never closed. */
const maxRecordLength = 64 * 1024 * 1024;

/** What usually parts columns. */
export const delimiters: readonly string[] = [";", "\t", "|", ","];

/** How the text of a CSV file is written. */
export interface CsvFormat {
  readonly delimiter: string;
  /** By its name in the Encoding Standard. */
  readonly encoding: string;
}

/** Some records of a CSV file, in file order. `lines[i]` is the line, from 1, on which `records[i]` starts. */
export interface RecordBatch {
  readonly header: readonly string[];
  readonly records: readonly (readonly string[])[];
  readonly lines: readonly number[];
  /** Bytes of the file read so far. */
  readonly bytes: number;
}

/**
 * Splits CSV text into records (RFC 4180), one piece of text at a time. Lines may end in CRLF, LF or CR.
 * A quote inside an unquoted field stands for itself. Blank lines are skipped, except in a file of one column,
 * where a blank line is a record with a blank field.
 */
export class Tokenizer {
  readonly #file: string;
  readonly #delimiter: number;
  #rest = "";
  #line = 1;
  #lineBreaks = 0;
  header: string[] | undefined;

  constructor(file: string, delimiter: string) {
    this.#file = file;
    this.#delimiter = delimiter.charCodeAt(0);
  }

  /** Takes the next piece of text and returns the records it completes. */
  push(piece: string, final: boolean): { records: string[][]; lines: number[] } {
    const text = this.#rest === "" ? piece : this.#rest + piece;
    if (piece.includes("\0")) throw this.#nulError(text);
    const records: string[][] = [];
    const lines: number[] = [];
    let at = 0;
    while (at < text.length) {
      const fields: string[] = [];
      this.#lineBreaks = 1;
      const end = this.#readRecord(text, at, final, fields);
      if (end < 0) break;
      const blank = end - at <= 2 && fields.length === 1 && fields[0] === "" && text.charCodeAt(at) !== quote;
      if (this.header === undefined) {
        if (!blank) this.header = fields;
      } else if (!blank || this.header.length === 1) {
        this.#checkWidth(fields, this.header.length);
        records.push(fields);
        lines.push(this.#line);
      }
      this.#line += this.#lineBreaks;
      at = end;
    }
    this.#rest = text.slice(at);
    if (this.#rest.length > maxRecordLength) throw this.#quoteError();
    return { records, lines };
  }

  /** Appends the fields of the record at `at` and returns where the next one starts; -1 when more text is needed. */
  #readRecord(text: string, at: number, final: boolean, fields: string[]): number {
    const { length } = text;
    for (let start = at; ;) {
      let end: number;
      if (text.charCodeAt(start) === quote) {
        const close = this.#closingQuote(text, start, final);
        if (close < 0) return -1;
        fields.push(this.#unquote(text.slice(start + 1, close)));
        end = close + 1;
      } else {
        end = this.#fieldEnd(text, start);
        if (end === length && !final) return -1;
        fields.push(text.slice(start, end));
      }
      if (end === length) return length;
      const code = text.charCodeAt(end);
      if (code === this.#delimiter) start = end + 1;
      else if (code === lineFeed) return end + 1;
      else if (code === carriageReturn) {
        if (end + 1 === length) return final ? length : -1;
        return text.charCodeAt(end + 1) === lineFeed ? end + 2 : end + 1;
      } else throw this.#error("text after a closing quote", 'by doubling every quote inside a quoted field ("")');
    }
  }

  #fieldEnd(text: string, start: number): number {
    const { length } = text;
    let end = start;
    while (end < length) {
      const code = text.charCodeAt(end);
      if (code === this.#delimiter || code === lineFeed || code === carriageReturn) break;
      end++;
    }
    return end;
  }

  #closingQuote(text: string, start: number, final: boolean): number {
    let close = text.indexOf('"', start + 1);
    while (close >= 0 && text.charCodeAt(close + 1) === quote) close = text.indexOf('"', close + 2);
    if (close < 0 && final) throw this.#quoteError();
    return close < 0 || (close + 1 === text.length && !final) ? -1 : close;
  }

  #unquote(raw: string): string {
    for (let index = raw.indexOf("\n"); index >= 0; index = raw.indexOf("\n", index + 1)) this.#lineBreaks++;
    return raw.includes('"') ? raw.replaceAll('""', '"') : raw;
  }

  #checkWidth(fields: readonly string[], expected: number): void {
    if (fields.length === expected) return;
    const line = this.#line;
    const other = otherDelimiter(this.header ?? [], String.fromCharCode(this.#delimiter));
    throw new PublishError(
      "CSV_INVALID",
      `${this.#file}, line ${line}: ${fields.length} ${fields.length === 1 ? "field" : "fields"}, but the header has ${expected} column${expected === 1 ? "" : "s"}.`,
      other === undefined ? this.#widthRemedies(expected) : separatorRemedy(other),
      { file: this.#file, line, fields: fields.length, columns: expected },
    );
  }

  #widthRemedies(expected: number): Remedy[] {
    const file = this.#file;
    const delimiter = setOption("separator", undefined, "if the delimiter is another one");
    if (expected === 1) return [{ action: "replace-file", file, line: 1, note: "by removing what stands above the header" }, delimiter];
    return [{ action: "replace-file", file, line: this.#line }, delimiter];
  }

  /** @param note how the line is corrected: `by …` */
  #error(problem: string, note: string, line = this.#line): PublishError {
    const file = this.#file;
    const message = `${file}, line ${line}: ${problem}.`;
    return new PublishError("CSV_INVALID", message, { action: "replace-file", file, line, note }, { file, line });
  }

  #quoteError(): PublishError {
    return this.#error("a quote is never closed", "by closing the quote in the record that starts there");
  }

  #nulError(text: string): PublishError {
    const line = this.#line + text.slice(0, text.indexOf("\0")).split("\n").length - 1;
    return this.#error("a NUL character", "by removing the NUL character, or by exporting the file again", line);
  }
}

/** What else a header of one column has that may be the delimiter. */
export function otherDelimiter(header: readonly string[], delimiter: string): string | undefined {
  return header.length === 1 ? delimiters.find((other) => other !== delimiter && header[0]!.includes(other)) : undefined;
}

export function separatorRemedy(delimiter: string): Remedy {
  return setOption("separator", delimiter, "if that is the delimiter");
}

/** A delimiter in quotes, a tab as `\t`. */
export function shownDelimiter(delimiter: string): string {
  return `'${delimiter === "\t" ? String.raw`\t` : delimiter}'`;
}

/**
 * Reads a CSV file as batches of records, in bounded memory. The first record is the header; every other one has as many fields.
 * @throws PublishError `CSV_INVALID` with file and line, `CSV_ENCODING`.
 */
export async function* readRecords(file: InputFile, { delimiter, encoding }: CsvFormat, signal?: AbortSignal): AsyncGenerator<RecordBatch> {
  const tokenizer = new Tokenizer(file.name, delimiter);
  for await (const { text, bytes, final } of readText(file, encoding, signal)) {
    const { records, lines } = tokenizer.push(text, final);
    if (tokenizer.header !== undefined) yield { header: tokenizer.header, records, lines, bytes };
  }
  if (tokenizer.header === undefined)
    throw new PublishError(
      "CSV_INVALID",
      `${file.name} is empty: it has no header.`,
      [
        { action: "leave-out", file: file.name },
        { action: "replace-file", file: file.name, line: 1, note: "by adding a header" },
      ],
      { file: file.name, line: 1 },
    );
}
