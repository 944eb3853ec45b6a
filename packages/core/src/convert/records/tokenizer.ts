import { PublishError, type Facts } from "../../errors/publish-error.ts";
import { setOption, type Remedies, type Remedy } from "../../errors/remedies.ts";
import { scannerOf } from "./dialect-scanner.ts";
import { joinHeader, numberedNames } from "./header.ts";
import { ofFile } from "./of-file.ts";
import { shownRecord, type RaggedLine, type Reading, type RecordBatch } from "./reading.ts";
import { afterLineEnd, needsMore, neverClosed, type Scanner } from "./scanner.ts";

/** Longest record in UTF-16 code units; beyond it a quote was surely never closed. */
const maxRecordLength = 64 * 1024 * 1024;

export const byteOrderMark = 0xfeff;

type Records = Omit<RecordBatch, "header" | "bytes">;

/**
 * Splits the text of a file into records, one piece of text at a time. Blank lines are skipped, except in a file of one
 * column, where a blank line is a record with a blank field.
 */
export class Tokenizer {
  readonly #file: string;
  readonly #reading: Reading;
  readonly #scanner: Scanner;
  readonly #headerRows: string[][] = [];
  #toSkip: number;
  #rest = "";
  /** Pieces that came after `#rest`, and their length. */
  #waiting: string[] = [];
  #waitingLength = 0;
  #line = 1;
  /** Fields of a record that needs no further look. */
  #fitting = 0;
  /** Fields that the header has. */
  #named = 0;
  header: readonly string[] | undefined;

  constructor(file: string, reading: Reading) {
    this.#file = file;
    this.#reading = reading;
    this.#scanner = scannerOf(reading.dialect);
    this.#toSkip = reading.skip;
  }

  /** Takes the next piece of text and returns the records it completes. */
  push(piece: string, final: boolean): Records {
    const isNul = piece.includes("\0");
    if (!isNul && !final && this.#waits(piece)) return { records: [], lines: [], ragged: [], text: "" };
    const text = this.#join(piece);
    if (isNul) throw this.#nulError(text);
    const batch = { records: [] as string[][], lines: [] as number[], ragged: [] as RaggedLine[], text };
    let at = this.#skipLines(text, final);
    while (at < text.length && this.#toSkip === 0) {
      // It is left of files that were put together.
      if (text.charCodeAt(at) === byteOrderMark && ++at === text.length) break;
      const fields: string[] = [];
      const end = this.#scanner.read(text, at, final, fields);
      if (end < 0) {
        if (end === needsMore) break;
        throw this.#quoteError(end === neverClosed, text.slice(at));
      }
      const isBlank = end - at <= 3 && fields.length === 1 && fields[0] === "" && !this.#isQuote(text, at);
      if (this.header === undefined && this.#takeHeader(fields, isBlank)) {
        // It is no record.
      } else if (!isBlank || this.#named === 1) {
        if (fields.length === this.#fitting || this.#fit(fields, batch.ragged, text, at, end)) {
          batch.records.push(fields);
          batch.lines.push(this.#line);
        }
      }
      this.#line += 1 + this.#scanner.breaks;
      at = end;
    }
    this.#rest = text.slice(at);
    if (this.#rest.length > maxRecordLength) throw this.#quoteError(true, this.#rest);
    return batch;
  }

  /**
   * Whether a piece waits for more, as the record before it is long: what is read of it is read again with each piece, so as much as
   * is there must come before the next look.
   */
  #waits(piece: string): boolean {
    const length = this.#waitingLength + piece.length;
    if (this.#rest.length <= piece.length || length >= this.#rest.length) return false;
    this.#waiting.push(piece);
    this.#waitingLength = length;
    return true;
  }

  #join(piece: string): string {
    if (this.#rest === "" && this.#waitingLength === 0) return piece;
    const text = [this.#rest, ...this.#waiting, piece].join("");
    this.#waiting = [];
    this.#waitingLength = 0;
    return text;
  }

  /** Passes over the lines above the header. Returns where it stopped. */
  #skipLines(text: string, final: boolean): number {
    let at = 0;
    for (; this.#toSkip > 0; this.#toSkip--) {
      let end = at;
      while (end < text.length && text[end] !== "\n" && text[end] !== "\r") end++;
      const next = end < text.length ? afterLineEnd(text, end, final) : needsMore;
      if (next < 0) return final ? text.length : at;
      at = next;
      this.#line++;
    }
    return at;
  }

  #isQuote(text: string, at: number): boolean {
    return text[at] === this.#reading.dialect.quote;
  }

  /** Whether a record is part of the header, or above it. */
  #takeHeader(fields: string[], isBlank: boolean): boolean {
    if (isBlank && this.#headerRows.length === 0) return true;
    if (this.#reading.headerRows === 0) {
      this.#setHeader(numberedNames(fields.length));
      return false;
    }
    this.#headerRows.push(fields);
    if (this.#headerRows.length === this.#reading.headerRows) this.#setHeader(joinHeader(this.#headerRows));
    return true;
  }

  #setHeader(names: string[]): void {
    if (this.#reading.dialect.trailing) while (names.length > 1 && names.at(-1) === "") names.pop();
    this.#named = names.length;
    const width = Math.max(this.#reading.width ?? 0, names.length);
    this.#fitting = width === names.length ? width : -1;
    this.header = [...names, ...Array<string>(width - names.length).fill("")];
  }

  /** Whether a record is kept that may have another number of fields than the header; it then has the right one. */
  #fit(fields: string[], ragged: RaggedLine[], text: string, at: number, end: number): boolean {
    const { dialect, short, long } = this.#reading;
    if (dialect.trailing) dropBlanks(fields, this.#named);
    const width = this.header!.length;
    if (fields.length !== this.#named) {
      const handling = fields.length < this.#named ? short : long;
      ragged.push({ line: this.#line, fields: [...fields], columns: this.#named, handling, text: text.slice(at, end) });
      if (handling !== "pad") return false;
    }
    dropBlanks(fields, width);
    while (fields.length < width) fields.push("");
    return fields.length === width;
  }

  #quoteError(isOpen: boolean, text: string): PublishError {
    const line = this.#line;
    const file = this.#file;
    const shown = shownRecord(text);
    const facts = { line, quote: isOpen ? "open" : "text after", text: shown };
    const plain = setOption("quote", ofFile(file, "none"), "if quotes are characters like any other");
    if (isOpen) {
      const replace: Remedy = { action: "replace-file", file, line, note: "by closing the quote" };
      return this.#error(`a quote is never closed in the record that starts there: ${shown}`, [replace, plain], facts);
    }
    const isEscaped = this.#reading.dialect.escape === "double" && shown.includes(String.raw`\"`);
    const remedies: Remedy[] = [
      ...(isEscaped ? [setOption("escape", ofFile(file, "backslash"), String.raw`if \" stands for a quote`)] : []),
      { action: "replace-file", file, line, note: 'by doubling the quotes that belong to the field ("")' },
      plain,
    ];
    return this.#error(`text after a closing quote: ${shown}`, remedies, facts);
  }

  #nulError(text: string): PublishError {
    const line = this.#line + text.slice(0, text.indexOf("\0")).split("\n").length - 1;
    const note = "by removing the NUL character, or by exporting the file again";
    return this.#error("a NUL character.", { action: "replace-file", file: this.#file, line, note }, { line });
  }

  #error(problem: string, remedies: Remedies, facts: Facts & { readonly line: number }): PublishError {
    const file = this.#file;
    return new PublishError("CSV_INVALID", `${file}, line ${facts.line}: ${problem}`, remedies, { file, ...facts });
  }
}

/** Drops blank fields at the end of a record that are beyond `width`. */
function dropBlanks(fields: string[], width: number): void {
  while (fields.length > width && fields.at(-1) === "") fields.pop();
}
