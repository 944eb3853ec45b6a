import type { InputFile } from "../../files/input-file.ts";
import { readText } from "../text/encoding.ts";
import { scannerOf } from "./dialect-scanner.ts";
import type { Dialect } from "./reading.ts";

/** UTF-16 code units of a file that are looked at to find its reading. */
const sampleLength = 512 * 1024;
/** Records that are looked at. */
export const maxRecords = 1000;

/** The start of a file. */
export interface Sample {
  readonly text: string;
  /** Whether it is the whole file. */
  readonly whole: boolean;
}

/** A record of a sample as a dialect has it. */
export interface SampleRecord {
  /** From 1. */
  readonly line: number;
  readonly fields: readonly string[];
  /** As it stands in the file, with its line end. */
  readonly text: string;
}

/** @throws PublishError `CSV_ENCODING` */
export async function readSample(input: InputFile, encoding: string, signal?: AbortSignal): Promise<Sample> {
  let text = "";
  for await (const piece of readText(input, encoding, signal)) {
    text += piece.text;
    if (piece.final) return { text, whole: true };
    if (text.length >= sampleLength) break;
  }
  return { text, whole: false };
}

/** The records of a sample after its first `skip` lines; undefined where its quotes are not those of the dialect. */
export function scanSample({ text, whole }: Sample, dialect: Dialect, skip: number): SampleRecord[] | undefined {
  const scanner = scannerOf(dialect);
  const records: SampleRecord[] = [];
  let at = afterLines(text, skip);
  let line = skip + 1;
  const start = at;
  while (at < text.length && records.length < maxRecords) {
    const fields: string[] = [];
    const end = scanner.read(text, at, whole, fields);
    // Where more than half of the sample is one record, a quote of it is none.
    if (end < 0) return end === -1 && at - start > text.length - at ? records : undefined;
    records.push({ line, fields, text: text.slice(at, end) });
    line += 1 + scanner.breaks;
    at = end;
  }
  return records;
}

function afterLines(text: string, count: number): number {
  const lineEnd = /\r\r\n|\r\n|\r|\n/g;
  for (let skipped = 0; skipped < count; skipped++) if (lineEnd.exec(text) === null) return text.length;
  return lineEnd.lastIndex;
}
