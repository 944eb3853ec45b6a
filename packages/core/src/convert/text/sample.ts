import { isUtf8 } from "node:buffer";
import type { InputFile } from "../../files/input-file.ts";
import { validLength } from "./decoders.ts";
import { readBytes } from "./encoding.ts";

/** Bytes of lines that are kept to be looked at. */
const maxKept = 64 * 1024;
/** A longer line is looked at in pieces. */
const maxLine = 8 * 1024;

/** A line with bytes beyond ASCII. */
export interface Line {
  /** From 1. */
  readonly line: number;
  readonly bytes: Buffer;
}

/** Lines of a file that are not ASCII. */
export interface Sample {
  /** The first one that is not UTF-8, and the offset in the file of the first byte that is wrong. */
  readonly first: Line & { readonly offset: number };
  /** Lines that are not UTF-8, from all over the file. */
  readonly bad: readonly Line[];
  readonly badLines: number;
  /** Lines with characters that are UTF-8 of several bytes. */
  readonly good: readonly Line[];
  readonly goodLines: number;
  /** True if UTF-8 breaks off at the end of the file and nowhere else. */
  readonly isCut: boolean;
}

/** Keeps lines from all over a file in bounded memory: of every second one it forgets, each time it has too many. */
class Kept {
  lines: Line[] = [];
  count = 0;
  #bytes = 0;
  #stride = 1;

  add(line: number, bytes: Buffer): void {
    if (this.count++ % this.#stride !== 0) return;
    this.lines.push({ line, bytes: Buffer.from(bytes) });
    this.#bytes += bytes.length;
    while (this.#bytes > maxKept && this.lines.length > 1) {
      this.lines = this.lines.filter((_, index) => index % 2 === 0);
      this.#bytes = this.lines.reduce((sum, kept) => sum + kept.bytes.length, 0);
      this.#stride *= 2;
    }
  }
}

/** Samples a file that is not UTF-8; undefined if it is by now. Lines end in CRLF, LF or CR. @throws PublishError `INPUT_*` */
export async function sampleLines(file: InputFile, signal?: AbortSignal): Promise<Sample | undefined> {
  const [bad, good] = [new Kept(), new Kept()];
  let first: Sample["first"] | undefined;
  let isCut = false;
  for await (const { bytes, line, offset, isLast } of linesBeyondAscii(file, signal)) {
    if (isUtf8(bytes)) {
      good.add(line, bytes);
      continue;
    }
    const valid = validLength(bytes);
    isCut = isLast && bad.count === 0 && isBrokenOff(bytes.subarray(valid));
    first ??= { line, bytes: Buffer.from(bytes), offset: offset + valid };
    bad.add(line, bytes);
  }
  return first && { first, bad: bad.lines, badLines: bad.count, good: good.lines, goodLines: good.count, isCut };
}

/** Whether bytes are the beginning of one UTF-8 character. */
function isBrokenOff(bytes: Uint8Array): boolean {
  const needed = bytes[0]! >= 0xf0 ? 4 : bytes[0]! >= 0xe0 ? 3 : bytes[0]! >= 0xc2 ? 2 : 0;
  return bytes.length < needed && bytes.subarray(1).every((byte) => (byte & 0xc0) === 0x80);
}

interface Piece extends Line {
  readonly offset: number;
  readonly isLast: boolean;
}

async function* linesBeyondAscii(file: InputFile, signal?: AbortSignal): AsyncGenerator<Piece> {
  let rest: Buffer = Buffer.alloc(0);
  let [line, offset] = [1, 0];
  let isAfterReturn = false;
  for await (const chunk of readBytes(file, signal)) {
    const isLast = chunk.length === 0;
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let start = 0;
    let isBeyond = false;
    for (let at = 0; at < bytes.length; at++) {
      const byte = bytes[at]!;
      if (byte >= 0x80) isBeyond = true;
      const isEnd = byte === 10 || byte === 13;
      // A long line is cut where UTF-8 may be cut.
      if (!isEnd && at - start < (byte < 0x80 ? maxLine : 2 * maxLine)) continue;
      if (isBeyond) yield { bytes: bytes.subarray(start, at), line, offset: offset + start, isLast: false };
      if (isEnd && !(byte === 10 && isAfterReturn)) line++;
      isAfterReturn = byte === 13;
      [start, isBeyond] = [isEnd ? at + 1 : at, byte >= 0x80];
    }
    rest = Buffer.from(bytes.subarray(start));
    offset += start;
    if (isLast && isBeyond) yield { bytes: rest, line, offset, isLast };
  }
}
