import { isUtf8 } from "node:buffer";
import { createReadStream, createWriteStream } from "node:fs";
import { stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { crc32, createGunzip } from "node:zlib";
import { openPromise, type Entry, type ZipFile } from "yauzl";
import { isPublishError, PublishError } from "../../errors/publish-error.ts";
import { step, type Context, type StepHandle } from "../../events/events.ts";
import { messageOf, systemCode } from "../../files/failures.ts";
import { changedError, fingerprint, type InputFile } from "../../files/input-file.ts";
import { companion, startBytes } from "./identify.ts";
import type { Unpacking } from "./limits.ts";

/** A file in an archive. */
export interface Packed {
  /** Its name in the archive, such as `sub/people.csv`. */
  readonly name: string;
  /** Its first {@link startBytes}. */
  readonly start: Buffer;
}

/** How archives are unpacked. */
export interface UnpackContext extends Context {
  readonly unpacking: Unpacking;
}

/**
 * Unpacks of a zip archive into `dir` every regular file that is not hidden, not what macOS adds, and wanted. A folder that holds all of
 * them is left out of their names, as zipping a folder makes one. In `dir` they have numbers for names, so that none can lead out of it or
 * be unknown to the file system; a database keeps what SQLite has beside it.
 *
 * @param wants whether a file is to be unpacked
 * @param isData whether a file is data by its name; what is not is left out where it cannot be unpacked
 * @returns the files in the order of a folder
 * @throws PublishError `ARCHIVE_INVALID`, `INPUT_CHANGED`, `LIMIT_EXCEEDED`
 */
export async function unpackZip(
  archive: InputFile,
  dir: string,
  wants: (file: Packed) => boolean,
  isData: (name: string) => boolean,
  ctx: UnpackContext,
): Promise<InputFile[]> {
  return unpack(archive, ctx, async (handle) => {
    const zip = await openPromise(archive.path, { autoClose: false });
    try {
      const entries = await listEntries(zip, () => ctx.unpacking.addFile(archive));
      const folder = commonFolder(entries.map(([name]) => name));
      const total = entries.reduce((sum, [, { uncompressedSize }]) => sum + uncompressedSize, 0);
      const pathOf = numbered(dir);
      let done = 0;
      const count = (bytes: number): void => handle.progress((done += bytes), total, "bytes");
      const taken: InputFile[] = [];
      for (const [fullName, entry] of entries) {
        const name = fullName.slice(folder.length);
        const file = { path: pathOf(name), name };
        const isTaken = await take(zip, entry, file, { archive, dir, wants, count }, ctx).catch((error: unknown) => {
          if (ctx.signal?.aborted || isSystemError(error) || isPublishError(error)) throw error;
          if (isData(name)) throw new Error(`${fullName}: ${messageOf(error)}`, { cause: error });
          return false;
        });
        if (isTaken) taken.push(file);
        else count(entry.uncompressedSize);
      }
      return taken;
    } finally {
      zip.close();
    }
  });
}

/** Unpacks a gzip file (RFC 1952) to `path`. @throws PublishError `ARCHIVE_INVALID`, `INPUT_CHANGED`, `LIMIT_EXCEEDED` */
export async function gunzip(archive: InputFile, path: string, ctx: UnpackContext): Promise<void> {
  await unpack(archive, ctx, async (handle) => {
    const { size } = await stat(archive.path);
    let done = 0;
    const packed = counting((chunk) => handle.progress((done += chunk.length), size, "bytes"));
    const unpacked = counting((chunk) => ctx.unpacking.addBytes(archive, dirname(path), chunk.length));
    ctx.unpacking.addFile(archive);
    await pipeline(createReadStream(archive.path), packed, createGunzip(), unpacked, createWriteStream(path), { signal: ctx.signal });
  });
}

async function unpack<T>(archive: InputFile, ctx: Context, work: (handle: StepHandle) => Promise<T>): Promise<T> {
  return step(ctx, `unpack:${archive.name}`, `Unpack ${basename(archive.name)}`, async (handle) => {
    const before = await fingerprint(archive);
    const unpacked = await work(handle).catch(async (error: unknown) => {
      if ((await fingerprint(archive)) !== before) throw changedError(archive.name);
      throw ctx.signal?.aborted || isSystemError(error) || isPublishError(error) ? error : invalidError(archive.name, error);
    });
    if ((await fingerprint(archive)) !== before) throw changedError(archive.name);
    return unpacked;
  });
}

/** Not zlib's errors, nor Node's own. */
function isSystemError(error: unknown): boolean {
  return /^E[A-Z]+$/.test(systemCode(error));
}

function invalidError(name: string, cause: unknown): PublishError {
  const message = `${name} cannot be unpacked: ${messageOf(cause).replace(/\.$/, "")}.`;
  const remedies = ["Unpack it with another program, then give the folder.", { action: "leave-out", file: name } as const];
  return new PublishError("ARCHIVE_INVALID", message, remedies, { file: name }, cause);
}

/** The entries of files by their names, without hidden ones and links; of a name that comes twice the last one, as unpacking leaves it. */
async function listEntries(zip: ZipFile, count: () => void): Promise<[string, Entry][]> {
  const entries = new Map<string, Entry>();
  for await (const entry of zip.eachEntry()) {
    count();
    const parts = nameOf(entry)
      .split("/")
      .filter((part) => part !== ".");
    const isHidden = parts.some((part) => part.startsWith(".") || part === "__MACOSX");
    if (!isHidden && parts.at(-1) !== "" && !isLink(entry)) entries.set(parts.join("/"), entry);
  }
  return [...entries].toSorted(([a], [b]) => (inFolders(a) < inFolders(b) ? -1 : 1));
}

/** Sorts as a folder that is read recursively: what is in `a/` comes before `a.csv`. */
const inFolders = (name: string): string => name.replaceAll("/", "\0");

/** UTF-8 also where its flag is not set, as some programs write it; else as yauzl reads it, by CP437 or the Unicode path of Info-ZIP (0x7075). */
function nameOf({ fileName, fileNameRaw, extraFields }: Entry): string {
  return isUtf8(fileNameRaw) && !extraFields.some(({ id }) => id === 0x7075) ? fileNameRaw.toString().replaceAll("\\", "/") : fileName;
}

/** Whether an entry is a symbolic link: the upper half of its attributes is a Unix mode (Info-ZIP, `proginfo/extrafld.txt`). */
function isLink({ externalFileAttributes }: Entry): boolean {
  return ((externalFileAttributes >>> 16) & 0o170000) === 0o120000;
}

function numbered(dir: string): (name: string) => string {
  const numbers = new Map<string, number>();
  return (name) => {
    const base = name.replace(companion, "");
    if (!numbers.has(base)) numbers.set(base, numbers.size + 1);
    return join(dir, `${numbers.get(base)}${name.slice(base.length)}`);
  };
}

interface Taking {
  readonly archive: InputFile;
  readonly dir: string;
  readonly wants: (file: Packed) => boolean;
  /** Called with the bytes unpacked since the last call. */
  readonly count: (bytes: number) => void;
}

/** Unpacks a file if it is wanted; that is asked when its start is known. */
async function take(zip: ZipFile, entry: Entry, { path, name }: InputFile, { archive, dir, wants, count }: Taking, ctx: UnpackContext) {
  if (entry.isEncrypted()) throw new Error("it is encrypted");
  if (!wants({ name, start: await readStart(zip, entry) })) return false;
  await ctx.unpacking.expectBytes(archive, dir, entry.uncompressedSize);
  let sum = 0;
  const checked = counting((chunk) => {
    sum = crc32(chunk, sum);
    count(chunk.length);
    return ctx.unpacking.addBytes(archive, dir, chunk.length);
  });
  await pipeline(await zip.openReadStreamPromise(entry), checked, createWriteStream(path), { signal: ctx.signal });
  if (sum !== entry.crc32) throw new Error("its checksum does not match");
  return true;
}

async function readStart(zip: ZipFile, entry: Entry): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of await zip.openReadStreamPromise(entry)) {
    chunks.push(chunk as Buffer);
    if ((size += (chunk as Buffer).length) >= startBytes) break;
  }
  return Buffer.concat(chunks).subarray(0, startBytes);
}

function counting(count: (chunk: Buffer) => void | Promise<void>) {
  return async function* (source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of source) {
      await count(chunk);
      yield chunk;
    }
  };
}

/** The folder that all names are in, with its slash, or nothing. */
function commonFolder(names: readonly string[]): string {
  const folder = /^[^/]+\//.exec(names[0] ?? "")?.[0] ?? "";
  return names.every((name) => name.startsWith(folder)) ? folder : "";
}
