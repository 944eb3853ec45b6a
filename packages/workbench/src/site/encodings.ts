import { open } from "node:fs/promises";
import type { EncodingExample } from "../protocol.ts";

/** Those in which files of people are that are not UTF-8, the likeliest first. */
const common = [
  "windows-1252",
  "macintosh",
  "windows-1250",
  "iso-8859-2",
  "windows-1251",
  "koi8-r",
  "windows-1253",
  "windows-1254",
] as const;
const eastern = ["shift_jis", "euc-jp", "gb18030", "big5", "euc-kr"] as const;

/** Bytes of a file that are looked at, and what is shown of them. */
const mostBytes = 1 << 20;
const mostLines = 3;
const mostCharacters = 120;

/**
 * The first lines of a file that have letters beyond ASCII, as they read in each encoding: who knows the file sees which is right. Encodings that
 * read all of them alike are one, and one that cannot read them is none. Empty: there is no such line in the first megabyte.
 *
 * @param first those that are likelier than the rest, as an error about the file names them
 */
export async function encodingExamples(path: string, first: readonly string[] = []): Promise<EncodingExample[]> {
  const lines = tellingLines(await readStart(path));
  if (lines.length === 0) return [];
  const examples = new Map<string, EncodingExample>();
  for (const encoding of new Set([...first, ...common, ...eastern])) {
    const read = decode(lines, encoding);
    const key = read?.join("\n");
    if (read !== undefined && key !== undefined && !examples.has(key)) examples.set(key, { encoding, lines: read });
  }
  return [...examples.values()];
}

async function readStart(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(mostBytes), 0, mostBytes, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

function tellingLines(bytes: Buffer): Buffer[] {
  const found: Buffer[] = [];
  for (let start = 0; start < bytes.length && found.length < mostLines;) {
    const end = bytes.indexOf(10, start);
    const line = bytes.subarray(start, end === -1 ? bytes.length : end);
    if (line.some((byte) => byte > 127)) found.push(line);
    start += line.length + 1;
  }
  return found;
}

/** Undefined where a line has bytes that are no letters in the encoding, or control characters of it. */
function decode(lines: readonly Buffer[], encoding: string): string[] | undefined {
  try {
    const read = lines.map((line) => new TextDecoder(encoding, { fatal: true }).decode(line).trimEnd());
    return read.some((text) => /[\u0080-\u009f]/.test(text)) ? undefined : read.map((text) => text.slice(0, mostCharacters).toWellFormed());
  } catch {
    return undefined;
  }
}
