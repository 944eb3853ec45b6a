import { isUtf8 } from "node:buffer";
import type { InputFile } from "../../files/input-file.ts";
import { completeLength } from "./decoders.ts";
import { readBytes } from "./encoding.ts";

const startBytes = 1024;
const endBytes = 256;
const escape = 0x1b;
const mark = Buffer.from("\uFEFF");

/** What the bytes of a whole file say of its encoding. */
export interface Scan {
  readonly start: Buffer;
  readonly end: Buffer;
  readonly isUtf8: boolean;
  readonly hasNul: boolean;
  /** UTF-8's byte order mark, other than at the start. */
  readonly hasMark: boolean;
  /** The control code by which ISO-2022-JP changes between sets of 7 bits. */
  readonly hasEscape: boolean;
}

/** Looks at all bytes of a file, at the speed of memory. @throws PublishError `INPUT_*` */
export async function scanBytes(file: InputFile, signal?: AbortSignal): Promise<Scan> {
  const found = { isUtf8: true, hasNul: false, hasMark: false, hasEscape: false };
  let start: Buffer | undefined;
  let end: Buffer = Buffer.alloc(0);
  let pending: Buffer = Buffer.alloc(0);
  for await (const chunk of readBytes(file, signal)) {
    const bytes = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    const whole = bytes.subarray(0, chunk.length === 0 ? bytes.length : completeLength(bytes));
    found.isUtf8 &&= isUtf8(whole);
    found.hasNul ||= whole.includes(0);
    found.hasEscape ||= whole.includes(escape);
    found.hasMark ||= whole.includes(mark, start === undefined ? marksAt(whole) : 0);
    start ??= Buffer.from(chunk.subarray(0, startBytes));
    if (chunk.length > 0) end = Buffer.from(Buffer.concat([end, chunk.subarray(-endBytes)]).subarray(-endBytes));
    pending = Buffer.from(bytes.subarray(whole.length));
  }
  return { start: start!, end, ...found };
}

/** Bytes of the byte order marks at the start. */
function marksAt(bytes: Buffer): number {
  let at = 0;
  while (bytes.subarray(at, at + mark.length).equals(mark)) at += mark.length;
  return at;
}
