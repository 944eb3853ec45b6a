import { stat, statfs } from "node:fs/promises";
import { PublishError } from "../../errors/publish-error.ts";
import { setOption, type Remedies } from "../../errors/remedies.ts";
import type { InputFile } from "../../files/input-file.ts";

/** What archives may unpack to; docs/formats.md has these numbers. */
export const limits = {
  bytes: 8e9,
  files: 100_000,
  /** Archives in one another. */
  nesting: 3,
  /** Of bytes unpacked to bytes packed, where there are more than `ratioFromBytes`. */
  ratio: 1000,
  ratioFromBytes: 100e6,
} as const;

/** Bytes after which the free space is looked at again. */
const spaceStep = 64e6;

type Limit = "bytes" | "files" | "nesting" | "ratio" | "space";

/** Counts what archives unpack to, over a whole run, and stops what goes beyond the {@link limits}. */
export class Unpacking {
  readonly #maxBytes: number;
  /** The size was given, by one who knows what is in the archives. */
  readonly #isGiven: boolean;
  #bytes = 0;
  #files = 0;
  #depth = 0;
  /** The archive that is in no other: its size, and what had been unpacked before it. */
  #outer = { packedBytes: 0, before: 0 };
  #spaceAt = 0;

  constructor(maxBytes: number | undefined) {
    this.#maxBytes = maxBytes ?? limits.bytes;
    this.#isGiven = maxBytes !== undefined;
  }

  /** Runs `work`, which unpacks an archive and those in it. What fails has unpacked nothing. @throws PublishError `LIMIT_EXCEEDED` */
  async within<T>(archive: InputFile, work: () => Promise<T>): Promise<T> {
    if (this.#depth === limits.nesting)
      throw exceeded(archive, "nesting", limits.nesting, `is an archive in ${limits.nesting} others, and is not unpacked`);
    if (this.#depth === 0) this.#outer = { packedBytes: (await stat(archive.path)).size, before: this.#bytes };
    const before = this.#bytes;
    this.#depth++;
    try {
      return await work();
    } catch (error) {
      this.#bytes = before;
      throw error;
    } finally {
      this.#depth--;
    }
  }

  /** One more file is in `archive`. @throws PublishError `LIMIT_EXCEEDED` */
  addFile(archive: InputFile): void {
    if (++this.#files > limits.files)
      throw exceeded(archive, "files", limits.files, `has too many files: archives may hold ${limits.files}`);
  }

  /** Stops a file that is too large before it is written. @throws PublishError `LIMIT_EXCEEDED` */
  async expectBytes(archive: InputFile, dir: string, bytes: number): Promise<void> {
    this.#requireBytes(archive, this.#bytes + bytes);
    await requireSpace(archive, dir, bytes);
  }

  /** So many bytes more were unpacked. @throws PublishError `LIMIT_EXCEEDED` */
  async addBytes(archive: InputFile, dir: string, bytes: number): Promise<void> {
    this.#bytes += bytes;
    this.#requireBytes(archive, this.#bytes);
    if (this.#bytes < this.#spaceAt) return;
    this.#spaceAt = this.#bytes + spaceStep;
    await requireSpace(archive, dir, spaceStep);
  }

  #requireBytes(archive: InputFile, bytes: number): void {
    const { packedBytes, before } = this.#outer;
    const unpacked = bytes - before;
    if (bytes > this.#maxBytes) throw exceeded(archive, "bytes", this.#maxBytes, `unpacks to more than ${shownBytes(this.#maxBytes)}`);
    if (!this.#isGiven && unpacked > limits.ratioFromBytes && unpacked > limits.ratio * packedBytes)
      throw exceeded(archive, "ratio", limits.ratio, `unpacks to more than ${limits.ratio} times its size, as no table does`);
  }
}

async function requireSpace(archive: InputFile, dir: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(dir);
  const free = bavail * bsize;
  if (bytes > free) throw exceeded(archive, "space", free, `needs more space than the ${shownBytes(free)} that the disk has free`);
}

function shownBytes(bytes: number): string {
  if (bytes < 1e6) return `${bytes} bytes`;
  return bytes >= 1e9 ? `${Math.round(bytes / 1e8) / 10} GB` : `${Math.round(bytes / 1e5) / 10} MB`;
}

function exceeded({ name: file }: InputFile, limit: Limit, value: number, what: string): PublishError {
  return new PublishError("LIMIT_EXCEEDED", `${file} ${what}.`, [...remedies[limit], { action: "leave-out", file }], {
    file,
    limit,
    value,
  });
}

const larger = [setOption("maxUnpacked", undefined, "with a larger size if you know what is in it")];
const byHand = ["Unpack it with another program, then give the folder."];
const remedies: Readonly<Record<Limit, Extract<Remedies, readonly unknown[]>>> = {
  bytes: larger,
  ratio: larger,
  files: byHand,
  nesting: byHand,
  space: ["Free some disk space, or set TMPDIR to a larger disk."],
};
