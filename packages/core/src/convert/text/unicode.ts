import { utf8 } from "./decoders.ts";

/** Ctrl-Z, by which CP/M and DOS end a text. */
export const substitute = "\u001A";

/** Bytes at the start of a file that tell UTF-16 without a byte order mark. */
const probedBytes = 1024;

/** Byte order marks (Unicode 23.8), the longer before those they begin with. */
const marks: readonly (readonly [mark: string, encoding: string])[] = [
  ["\xff\xfe\0\0", "utf-32le"],
  ["\0\0\xfe\xff", "utf-32be"],
  ["\xef\xbb\xbf", utf8],
  ["\xff\xfe", "utf-16le"],
  ["\xfe\xff", "utf-16be"],
];

/** What the start of a file says of its Unicode encoding. */
export interface UnicodeStart {
  /** `utf-8`, or a name that no other encoding begins with: `utf-16le`, `utf-32be` … */
  readonly encoding: string;
  /** Bytes of the byte order mark; 0: there is none. */
  readonly markBytes: number;
}

/**
 * The Unicode encoding that a file says it is in by its byte order mark, or UTF-16 and UTF-32 by the NUL that half, or three quarters, of
 * the bytes of ASCII characters are; undefined for any other file.
 */
export function unicodeOf(start: Uint8Array): UnicodeStart | undefined {
  const bytes = Buffer.from(start.buffer, start.byteOffset, Math.min(start.length, probedBytes));
  for (const [mark, encoding] of marks)
    if (bytes.subarray(0, mark.length).toString("latin1") === mark) return { encoding, markBytes: mark.length };
  const encoding = bytes.includes(0) ? unmarked(bytes) : undefined;
  return encoding === undefined ? undefined : { encoding, markBytes: 0 };
}

function unmarked(bytes: Buffer): string | undefined {
  if (isUtf32(bytes, (at) => bytes.readUInt32LE(at))) return "utf-32le";
  if (isUtf32(bytes, (at) => bytes.readUInt32BE(at))) return "utf-32be";
  const [little, big] = [asciiIn(bytes, "utf-16le"), asciiIn(bytes, "utf-16be")];
  if (little === big) return undefined;
  return little > big ? "utf-16le" : "utf-16be";
}

/** Whether every four bytes are a character of a plane that is in use; as UTF-16 none of these two would be text. */
function isUtf32(bytes: Buffer, read: (at: number) => number): boolean {
  const whole = bytes.length - (bytes.length % 4);
  for (let at = 0; at < whole; at += 4) if (read(at) === 0 || read(at) >= 0x30000) return false;
  return whole > 0;
}

/** Share of ASCII text in what `bytes` are as UTF-16; 0 where it is no plain text, or hardly has any as a table would. */
function asciiIn(bytes: Buffer, encoding: string): number {
  const text = new TextDecoder(encoding)
    .decode(bytes.subarray(0, bytes.length - (bytes.length % 2)), { stream: true })
    .replaceAll(substitute, "");
  if (/[^\P{C}\t\r\n\u00AD\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF]|\uFFFD/u.test(text)) return 0;
  const ascii = text.replace(/[^\t\n\r -~]/g, "").length;
  return ascii > 1 && ascii * 10 > text.length ? ascii / text.length : 0;
}
