import { randomUUID } from "node:crypto";
import { appendFile, mkdir, rename, rm, rmdir } from "node:fs/promises";
import { basename, dirname, extname, join, resolve } from "node:path";
import { PublishError } from "../../errors/publish-error.ts";
import { diskFull, isDiskFull } from "../../files/disk-full.ts";
import { systemCode } from "../../files/failures.ts";
import type { InputFile } from "../../files/input-file.ts";
import { nameKey, pickName } from "../names.ts";
import type { RecordBatch } from "./reading.ts";

/** Where the records of one file go that its reading leaves out. */
export interface SkippedRecords {
  /** Takes those of a batch, as they stand in the file. */
  add(batch: Pick<RecordBatch, "ragged">): Promise<void>;
}

/** A file that records were left out of, and where these are. */
export interface SkippedFile {
  /** By the name that messages have for it. */
  readonly file: string;
  /** Relative where the folder was given so. */
  readonly path: string;
  readonly records: number;
}

/**
 * Keeps the records that a conversion leaves out in a folder, by the names of their files, as UTF-8 and with their line ends. Of
 * several files of one name the later ones are numbered. Nothing is written until there is such a record, and the folder is as it
 * was until {@link finish}; what was written before that is removed at the end of an `await using` block.
 */
export class SkippedFiles implements AsyncDisposable {
  readonly #folder: string;
  /** The folder as it was given, which messages show. */
  readonly #shown: string;
  readonly #work: string;
  #hasBegun = false;
  readonly #files: { readonly input: InputFile; records: number }[] = [];

  /** @param folder its name ends messages, and is mostly `<out.db>.skipped` */
  constructor(folder: string) {
    this.#folder = resolve(folder);
    this.#shown = folder;
    this.#work = join(dirname(this.#folder), `.${basename(folder)}.${randomUUID()}.tmp`);
  }

  /** @throws PublishError `OUTPUT_UNWRITABLE`, `DISK_FULL`, as a record is added */
  of(input: InputFile): SkippedRecords {
    const file = { input, records: 0 };
    const path = join(this.#work, String(this.#files.push(file) - 1));
    return {
      add: async ({ ragged }) => {
        const skipped = ragged.filter(({ handling }) => handling === "skip");
        if (skipped.length === 0) return;
        await this.#write(async () => {
          if (!this.#hasBegun) await mkdir(this.#work, { recursive: true });
          this.#hasBegun = true;
          await appendFile(path, skipped.map(({ text }) => text).join(""));
        });
        file.records += skipped.length;
      },
    };
  }

  /**
   * Puts the files in their folder, in the place of those of an earlier run. No file that is read is replaced.
   * @throws PublishError `OUTPUT_UNWRITABLE`, `DISK_FULL`
   */
  async finish(): Promise<SkippedFile[]> {
    const written: SkippedFile[] = [];
    const names = this.#names();
    await this.#write(async () => {
      for (const [at, { input, records }] of this.#files.entries()) {
        const path = join(this.#folder, names[at]!);
        await rm(path, { force: true });
        if (records === 0) continue;
        await mkdir(this.#folder, { recursive: true });
        await rename(join(this.#work, String(at)), path);
        written.push({ file: input.name, path: join(this.#shown, names[at]!), records });
      }
    });
    // Only an empty folder can be removed so.
    await rmdir(this.#folder).catch(() => undefined);
    await this[Symbol.asyncDispose]();
    return written;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#hasBegun) await rm(this.#work, { recursive: true, force: true });
  }

  #names(): string[] {
    const inputs = this.#files.map(({ input }) => resolve(input.path));
    const stems = inputs.filter((path) => dirname(path) === this.#folder).map((path) => nameKey(basename(path, extname(path))));
    const taken = new Set(stems);
    return this.#files.map(({ input: { name } }) => pickName(basename(name, extname(name)), "-", taken) + extname(name));
  }

  async #write(write: () => Promise<void>): Promise<void> {
    try {
      await write();
    } catch (error) {
      const code = systemCode(error);
      const file = this.#shown;
      if (isDiskFull(error)) throw diskFull(file, error);
      throw new PublishError(
        "OUTPUT_UNWRITABLE",
        `${file} cannot be written (${code}).`,
        "Choose a path you may write to.",
        { file, code },
        error,
      );
    }
  }
}
