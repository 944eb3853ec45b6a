import { setOption } from "../../errors/remedies.ts";
import { warning, type Warning } from "../../events/warnings.ts";
import { ofFile } from "../records/of-file.ts";
import { isBlankRecord } from "./blank-rows.ts";
import { evidence, shown } from "./evidence.ts";
import { Head } from "./head.ts";
import { isPlainNumber, numberStyleOf } from "./numbers.ts";
import type { Batch, Hidden, Watched, Watcher } from "./watcher.ts";
import { isNote, isTotalWord } from "./words.ts";

type Record = readonly string[];

/** Records at the end that are kept. */
const tailLength = 50;
/** Most records that a footer has. */
const longestFooter = 12;
/** Length from which one field alone is a note rather than a value, and how much longer than the values of its column it then is. */
const sentenceLength = 25;
const longer = 1.5;
/** Share of the fields that are filled in a table whose last record has one field. */
const filled = 0.75;

/** Finds what stands below the table: a total, a source, a note. */
export class Footer implements Watcher {
  readonly #watched: Watched;
  readonly #head = new Head();
  #tail: Record[] = [];
  #lines: number[] = [];

  constructor(watched: Watched) {
    this.#watched = watched;
  }

  add(batch: Batch): void {
    this.#head.add(batch);
    this.#tail = [...this.#tail, ...batch.records.slice(-tailLength)].slice(-tailLength);
    this.#lines = [...this.#lines, ...batch.lines.slice(-tailLength)].slice(-tailLength);
  }

  finish(hidden: Hidden = new Set()): Warning[] {
    const start = this.#start();
    if (start === undefined) return [];
    const { file, given } = this.#watched;
    const first = this.#tail[start]!;
    const position = first.findIndex((field) => field.trim() !== "");
    const [text, isHidden, line] = [first[position]!, hidden.has(position), this.#lines[start]!];
    const count = this.#tail.length - start;
    const what = isTotalWord(text) ? "a total" : "a note";
    const records = count === 1 ? `the last record, line ${line},` : `the last ${count} records, from line ${line},`;
    return [
      warning(
        "FOOTER_SUSPECT",
        `${file}: ${records} look${count === 1 ? "s" : ""} like ${what} below the table: ${shown(text, isHidden)}.`,
        { file, count, line, text: evidence(text, isHidden) },
        setOption("skipEnd", ofFile(file, count + (given?.skipEnd ?? 0)), "to leave that out"),
      ),
    ];
  }

  /** Where the footer begins in the tail. */
  #start(): number | undefined {
    if (this.#watched.header.length < 2) return undefined;
    let start = this.#tail.length;
    for (let at = start - 1; at >= 1 && start - at <= longestFooter; at--) {
      const record = this.#tail[at]!;
      if (isBlankRecord(record)) continue;
      const body = this.#bodyBefore(at);
      if (body.length < 2 || !(isTotal(record, body) || isLoneText(record, body))) break;
      start = at;
    }
    return start < this.#tail.length ? start : undefined;
  }

  /** The records of the file's start and of its end that stand before one of the tail. */
  #bodyBefore(at: number): Record[] {
    const before = this.#tail.slice(0, at);
    const known = new Set(this.#tail);
    return [...this.#head.records.filter((record) => !known.has(record)), ...before].filter((record) => !isBlankRecord(record));
  }
}

/** Names a sum where no record before it does, and holds a number. */
function isTotal(record: Record, body: readonly Record[]): boolean {
  const position = record.findIndex((field) => field.trim() !== "");
  if (!isTotalWord(record[position]!) || body.some((other) => isTotalWord(other[position]!))) return false;
  return record.some((field) => isPlainNumber(field.trim()) || numberStyleOf(field) !== undefined);
}

/** Has one field that is text, where the records before it are full. */
function isLoneText(record: Record, body: readonly Record[]): boolean {
  const [text, ...rest] = record.filter((field) => field.trim() !== "");
  if (text === undefined || rest.length > 0 || isPlainNumber(text.trim()) || numberStyleOf(text) !== undefined) return false;
  const counts = body.map((other) => other.filter((field) => field.trim() !== "").length);
  if (counts.some((count) => count < 2)) return false;
  if (isNote(text) || isTotalWord(text)) return true;
  const share = counts.reduce((sum, count) => sum + count, 0) / (record.length * body.length);
  const longest = Math.max(...body.map((other) => other[record.indexOf(text)]!.length));
  return share >= filled && text.includes(" ") && text.length >= sentenceLength && text.length >= longer * longest;
}
