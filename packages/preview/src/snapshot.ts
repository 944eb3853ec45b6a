import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { promisify } from "node:util";
import { constants, zstdCompressSync, zstdDecompress } from "node:zlib";
import { version } from "pyodide";
import { shim } from "./shim.ts";
import type { WheelFiles } from "./unpack-wheels.ts";
import { warmUp } from "./warm-up.ts";

/** A Python that has imported Datasette, as it lay in memory, and the files that it was imported from. */
export interface Snapshot {
  /** What Pyodide's `makeMemorySnapshot` gives. */
  readonly memory: Uint8Array;
  readonly files: WheelFiles;
}

/** A snapshot's file, whose content is still being decompressed. */
export interface OpenSnapshot {
  /** Length of {@link Snapshot.memory}. */
  readonly memoryBytes: number;
  /** Rejects when the file is cut short or damaged. */
  readonly content: Promise<Snapshot>;
}

/** First line of the file, as JSON; two zstd frames follow, of the memory and of the files. */
interface Header {
  readonly key: string;
  readonly memoryBytes: number;
  readonly compressedBytes: number;
}

/** First line of the second frame, as JSON; the files' bytes follow. */
interface Index {
  readonly files: readonly (readonly [name: string, bytes: number])[];
}

const newline = 10;
/** The checksum in each frame is what finds a damaged file. */
const params = { [constants.ZSTD_c_compressionLevel]: 9, [constants.ZSTD_c_checksumFlag]: 1 };
const decompress = promisify(zstdDecompress);
const chunkSize = 64 * 1024 * 1024;

/** Digest of all that a snapshot is made from: Pyodide, these wheels and our Python. */
export async function snapshotKey(wheels: readonly string[]): Promise<string> {
  const hash = createHash("sha256").update(JSON.stringify([version, shim, warmUp]));
  for (const path of wheels.toSorted((a, b) => (basename(a) < basename(b) ? -1 : 1)))
    hash.update(`\n${basename(path)}\n`).update(await readFile(path));
  return hash.digest("hex");
}

/** The snapshot as the bytes of one file. */
export function encodeSnapshot(key: string, { memory, files }: Snapshot): Uint8Array {
  const index: Index = { files: files.map(([name, data]) => [name, data.length]) };
  const compressed = zstdCompressSync(memory, { params });
  const header: Header = { key, memoryBytes: memory.length, compressedBytes: compressed.length };
  const second = Buffer.concat([toLine(index), ...files.map(([, data]) => data)]);
  return Buffer.concat([toLine(header), compressed, zstdCompressSync(second, { params })]);
}

/** @throws Error when it is of another key. */
export function openSnapshot(bytes: Uint8Array, key: string): OpenSnapshot {
  const [header, frames] = fromLine<Header>(bytes);
  if (header.key !== key) throw new Error(`the snapshot is of another key: ${header.key}`);
  const content = readContent(header, frames);
  // It may fail before anyone waits for it.
  content.catch(() => {});
  return { memoryBytes: header.memoryBytes, content };
}

async function readContent({ memoryBytes, compressedBytes }: Header, frames: Uint8Array): Promise<Snapshot> {
  const [first, second] = [frames.subarray(0, compressedBytes), frames.subarray(compressedBytes)];
  const [memory, rest] = await Promise.all([decompress(first, { chunkSize }), decompress(second, { chunkSize })]);
  if (memory.length !== memoryBytes) throw new Error("the snapshot's header is not of its memory");
  const [index, data] = fromLine<Index>(rest);
  let at = 0;
  const files: WheelFiles = index.files.map(([name, size]) => [name, data.subarray(at, (at += size))]);
  return { memory, files };
}

function toLine(value: unknown): Buffer {
  return Buffer.from(`${JSON.stringify(value)}\n`);
}

function fromLine<T>(bytes: Uint8Array): [T, Uint8Array] {
  const end = bytes.indexOf(newline);
  return [JSON.parse(Buffer.from(bytes.subarray(0, end)).toString()) as T, bytes.subarray(end + 1)];
}
