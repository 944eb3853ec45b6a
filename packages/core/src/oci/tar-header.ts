import { PublishError } from "../errors/publish-error.ts";

/** Tar's record size in bytes: headers are one, contents are padded to whole ones. */
export const blockSizeBytes = 512;

/** Largest size the eleven octal digits of a ustar header hold: 8 GiB - 1. */
const maxUstarSizeBytes = 0o77777777777;

/** What one tar entry's header says; everything else (owner, times, devices) is zero. */
export interface TarEntry {
  /** Path without a leading slash; a directory's without the trailing one. */
  readonly name: string;
  readonly mode: number;
  readonly type: "file" | "symlink" | "directory";
  readonly sizeBytes: number;
  readonly linkName: string;
}

const typeFlags = { file: "0", symlink: "2", directory: "5", pax: "x" } as const;

/**
 * The header blocks of one entry: POSIX.1-1988 ustar, preceded by a POSIX.1-2001 pax header
 * when the name, the link's target or the size does not fit (long, not ASCII, 8 GiB and more).
 */
export function encodeHeader(entry: TarEntry): Uint8Array {
  const name = entry.type === "directory" ? `${entry.name}/` : entry.name;
  const split = splitName(name);
  const records: [string, string][] = [];
  if (entry.linkName !== "" && !fits(entry.linkName, 100)) records.push(["linkpath", entry.linkName]);
  if (split === null) records.push(["path", name]);
  if (entry.sizeBytes > maxUstarSizeBytes) records.push(["size", String(entry.sizeBytes)]);
  const header = encodeUstar({
    name: split?.name ?? shorten(name),
    prefix: split?.prefix ?? "",
    mode: entry.mode,
    sizeBytes: entry.sizeBytes > maxUstarSizeBytes ? 0 : entry.sizeBytes,
    type: entry.type,
    linkName: fits(entry.linkName, 100) ? entry.linkName : shorten(entry.linkName),
  });
  return records.length === 0 ? header : Buffer.concat([encodePax(records), header]);
}

/** Zero bytes that follow a content of `sizeBytes` up to the next whole block. */
export function paddingOf(sizeBytes: number): number {
  return (blockSizeBytes - (sizeBytes % blockSizeBytes)) % blockSizeBytes;
}

function fits(text: string, maxBytes: number): boolean {
  // oxlint-disable-next-line no-control-regex
  return text.length <= maxBytes && /^[\x01-\x7f]*$/.test(text);
}

/** ustar's name (100 bytes) and prefix (155 bytes); null when the name needs a pax record. */
function splitName(name: string): { name: string; prefix: string } | null {
  if (fits(name, 100)) return { name, prefix: "" };
  if (!fits(name, 256)) return null;
  const slash = name.indexOf("/", name.length - 101);
  if (slash <= 0 || slash > 155 || slash === name.length - 1) return null;
  return { prefix: name.slice(0, slash), name: name.slice(slash + 1) };
}

/** What a reader without pax sees: the end of the name, ASCII only. */
function shorten(name: string): string {
  return name
    .replaceAll(/[^\x20-\x7e]/g, "_")
    .slice(-100)
    .replace(/^\/+/, "");
}

function encodePax(records: readonly [string, string][]): Uint8Array {
  const body = Buffer.concat(records.map(([key, value]) => encodeRecord(key, value)));
  const header = encodeUstar({ name: "PaxHeader", prefix: "", mode: 0o644, sizeBytes: body.length, type: "pax", linkName: "" });
  return Buffer.concat([header, body, Buffer.alloc(paddingOf(body.length))]);
}

/** `<length> <key>=<value>\n`, where the length counts its own digits. */
function encodeRecord(key: string, value: string): Buffer {
  const rest = Buffer.byteLength(` ${key}=${value}\n`);
  let length = rest + String(rest).length;
  if (rest + String(length).length !== length) length = rest + String(length).length;
  return Buffer.from(`${length} ${key}=${value}\n`);
}

interface UstarFields {
  readonly name: string;
  readonly prefix: string;
  readonly mode: number;
  readonly sizeBytes: number;
  readonly type: keyof typeof typeFlags;
  readonly linkName: string;
}

function encodeUstar({ name, prefix, mode, sizeBytes, type, linkName }: UstarFields): Buffer {
  if (!Number.isInteger(mode) || mode < 0 || mode > 0o7777)
    throw new PublishError("IMAGE_INVALID", `Mode ${mode} of ${name} is not a file mode.`, "Report this as a bug.", { name, mode });
  const block = Buffer.alloc(blockSizeBytes);
  block.write(name, 0, "latin1");
  block.write(octal(mode, 7), 100, "latin1");
  block.write(octal(0, 7), 108, "latin1");
  block.write(octal(0, 7), 116, "latin1");
  block.write(octal(sizeBytes, 11), 124, "latin1");
  block.write(octal(0, 11), 136, "latin1");
  block.fill(" ", 148, 156, "latin1");
  block.write(typeFlags[type], 156, "latin1");
  block.write(linkName, 157, "latin1");
  block.write("ustar\u000000", 257, "latin1");
  block.write(octal(0, 7), 329, "latin1");
  block.write(octal(0, 7), 337, "latin1");
  block.write(prefix, 345, "latin1");
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${octal(sum, 6)}\u0000 `, 148, "latin1");
  return block;
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, "0");
}

/** One member of a tar that is read. */
export interface TarMember {
  /** Without a leading `./` or `/`, and without the slash that ends a directory's. */
  readonly name: string;
  /** `0` file, `1` hard link, `2` symbolic link, `3` and `4` devices, `5` directory, `6` FIFO (POSIX ustar). */
  readonly typeFlag: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly sizeBytes: number;
  readonly linkName: string;
  /** Where its content begins in the tar. */
  readonly offsetBytes: number;
}

/** Reads a header block; null when it is none, as its checksum says. */
export function decodeHeader(block: Uint8Array): Omit<TarMember, "offsetBytes"> | null {
  const bytes = Buffer.from(block.buffer, block.byteOffset, block.length);
  const text = (start: number, end: number) => bytes.toString("utf8", start, end).replace(/\0.*$/s, "");
  const sum = bytes.reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 32 : byte), 0);
  if (decodeNumber(bytes.subarray(148, 156)) !== sum) return null;
  const isPosix = bytes.toString("latin1", 257, 263) === "ustar\0";
  const prefix = isPosix ? text(345, 500) : "";
  const flag = text(156, 157);
  const typeFlag = flag === "" || flag === "7" ? "0" : flag;
  return {
    name: prefix === "" ? text(0, 100) : `${prefix}/${text(0, 100)}`,
    // Before POSIX, a name with a slash at its end was a directory.
    typeFlag: typeFlag === "0" && text(0, 100).endsWith("/") ? "5" : typeFlag,
    mode: decodeNumber(bytes.subarray(100, 108)) & 0o7777,
    uid: decodeNumber(bytes.subarray(108, 116)),
    gid: decodeNumber(bytes.subarray(116, 124)),
    // A link has no content, whatever its header says.
    sizeBytes: "123456".includes(typeFlag) ? 0 : decodeNumber(bytes.subarray(124, 136)),
    linkName: text(157, 257),
  };
}

/** Octal digits, or with the first bit set a binary number (GNU tar, "base-256 encoding"). */
function decodeNumber(field: Buffer): number {
  const [first = 0] = field;
  if ((first & 0x80) === 0) return Number.parseInt(field.toString("latin1").replace(/\0.*$/s, "").trim() || "0", 8);
  return field.subarray(1).reduce((total, byte) => total * 256 + byte, first & 0x3f);
}

/** The records of a pax header: `<length> <key>=<value>\n` (POSIX.1-2001, "pax Extended Header"). What is not one ends them. */
export function decodePax(body: Uint8Array): Record<string, string> {
  const bytes = Buffer.from(body);
  const records: Record<string, string> = {};
  for (let start = 0; start < bytes.length;) {
    const space = bytes.indexOf(" ", start);
    const length = Number(bytes.toString("latin1", start, space));
    if (space < 0 || !(length > 0) || start + length > bytes.length) break;
    const record = bytes.toString("utf8", space + 1, start + length - 1);
    const equals = record.indexOf("=");
    if (equals > 0) records[record.slice(0, equals)] = record.slice(equals + 1);
    start += length;
  }
  return records;
}
