import { constants } from "node:fs";
import { chmod, mkdir, open, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { PublishError, toPublishError, type InputFile } from "@datasette-publish/core";
import type { DraftFile } from "../protocol.ts";
import type { DraftStore, StoredFile } from "../store/draft-store.ts";
import { newId } from "../store/open-store.ts";
import { checkFileName } from "./file-name.ts";

/** A file that is handed over, whole or from where it stopped. */
export interface Upload {
  /** As the user calls it. */
  readonly name: string;
  /** Of the whole file. */
  readonly sizeBytes: number;
  /** What is there already and not in `body`; 0 or unset: `body` is the whole file, in the place of any of its name. */
  readonly fromByte?: number;
  readonly body: AsyncIterable<Uint8Array>;
  readonly signal?: AbortSignal;
}

/** Where the files of drafts are: a folder each, 0700, with files of 0600 whose names have nothing of what the user calls them. */
export class DraftFolders {
  readonly #root: string;
  readonly #drafts: DraftStore;

  constructor(root: string, drafts: DraftStore) {
    this.#root = root;
    this.#drafts = drafts;
  }

  /** The folder of a draft; `tmp` in it is for the process that prepares it. Makes it when it is not there. */
  async open(draft: string): Promise<string> {
    const dir = this.#dirOf(draft);
    for (const folder of [dir, join(dir, "files"), join(dir, "tmp")]) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await chmod(folder, 0o700);
    }
    return dir;
  }

  /**
   * Takes a file: written beside and renamed once it is whole, so that a part of one is never read. What stopped on its way stays, and
   * goes on with `fromByte`; a file of the same name that was there is gone once another begins.
   * @throws PublishError `OPTION_INVALID` for a name or a place that cannot be, `INPUT_CHANGED` when it has another length than was said,
   *   or another of its name came meanwhile, `DISK_FULL`, `CANCELLED`
   */
  async receive(draft: string, upload: Upload): Promise<DraftFile> {
    const { name, sizeBytes } = upload;
    checkFileName(name);
    const file = await this.#begin(draft, upload);
    const partial = this.#partialOf(draft, file);
    try {
      const received = await write(partial, upload);
      if (received !== sizeBytes) throw wrongLength(name, received, sizeBytes);
      if (this.#fileOf(draft, name)?.stored !== file.stored) throw replaced(name);
      await rename(partial, this.#pathOf(draft, file));
    } catch (error) {
      await this.#giveUp(draft, file);
      throw toPublishError(upload.signal?.aborted ? new DOMException("Cancelled", "AbortError") : error);
    }
    const arrived: StoredFile = { ...file, finding: { state: "arrived" } };
    this.#drafts.putFile(draft, arrived);
    return { name, sizeBytes, finding: arrived.finding };
  }

  /** The files of a draft; of one that is still arriving, what is there by now. */
  async list(draft: string): Promise<DraftFile[]> {
    const files = this.#drafts.files(draft);
    return Promise.all(
      files.map(async ({ stored, finding, ...file }) => ({
        ...file,
        finding:
          finding.state === "arriving" ? { ...finding, receivedBytes: await sizeOf(this.#partialOf(draft, { stored, ...file })) } : finding,
      })),
    );
  }

  /** Whole files, for core: each by the name that the user knows. */
  inputs(draft: string): InputFile[] {
    const whole = this.#drafts.files(draft).filter(({ finding }) => finding.state !== "arriving");
    return whole.map((file) => ({ path: this.#pathOf(draft, file), name: file.name }));
  }

  async remove(draft: string, name: string): Promise<void> {
    const file = this.#fileOf(draft, name);
    this.#drafts.removeFile(draft, name);
    if (file === undefined) return;
    for (const path of [this.#pathOf(draft, file), this.#partialOf(draft, file)]) await rm(path, { force: true });
  }

  /** Removes a draft's folder with all that is in it. */
  async removeAll(draft: string): Promise<void> {
    await rm(this.#dirOf(draft), { recursive: true, force: true, maxRetries: 3 });
  }

  /** Makes the file known before its first byte, so that it is there, in part, when this process is killed. */
  async #begin(draft: string, { name, sizeBytes, fromByte = 0 }: Upload): Promise<StoredFile> {
    if (!Number.isSafeInteger(sizeBytes) || sizeBytes < 0) throw misplaced(name, sizeBytes, "sizeBytes");
    if (this.#drafts.get(draft) === undefined) throw noDraft();
    await this.open(draft);
    const former = this.#fileOf(draft, name);
    const isThere = former?.finding.state === "arriving" && former.sizeBytes === sizeBytes;
    if (fromByte > 0) {
      if (isThere && fromByte === (await sizeOf(this.#partialOf(draft, former)))) return former;
      throw misplaced(name, fromByte, "fromByte");
    }
    if (former !== undefined) await this.remove(draft, name);
    const file: StoredFile = { name, stored: newId(), sizeBytes, finding: { state: "arriving", receivedBytes: 0 } };
    this.#drafts.putFile(draft, file);
    return file;
  }

  /** What came whole up to here can be gone on with. What is longer than was said, or not wanted any more, cannot. */
  async #giveUp(draft: string, file: StoredFile): Promise<void> {
    const partial = this.#partialOf(draft, file);
    const isOurs = this.#fileOf(draft, file.name)?.stored === file.stored;
    if (isOurs && (await sizeOf(partial)) <= file.sizeBytes) return;
    if (isOurs) this.#drafts.removeFile(draft, file.name);
    await rm(partial, { force: true });
  }

  #fileOf(draft: string, name: string): StoredFile | undefined {
    return this.#drafts.files(draft).find((file) => file.name === name);
  }

  #dirOf(draft: string): string {
    if (!/^[0-9a-f]{32}$/.test(draft)) throw noDraft();
    return join(this.#root, draft);
  }

  #pathOf(draft: string, { stored }: Pick<StoredFile, "stored">): string {
    return join(this.#dirOf(draft), "files", stored);
  }

  #partialOf(draft: string, file: Pick<StoredFile, "stored">): string {
    return `${this.#pathOf(draft, file)}.partial`;
  }
}

/** Writes on from `fromByte`, in the pace of the disk. Returns the size that the file has then; stops past the one that was said. */
async function write(path: string, { sizeBytes, fromByte = 0, body, signal }: Upload): Promise<number> {
  const { O_CREAT, O_WRONLY, O_APPEND } = constants;
  const file = await open(path, O_CREAT | O_WRONLY | O_APPEND, 0o600);
  try {
    let received = fromByte;
    for await (const chunk of body) {
      signal?.throwIfAborted();
      await file.writeFile(chunk);
      received += chunk.byteLength;
      if (received > sizeBytes) break;
    }
    await file.sync();
    return received;
  } finally {
    await file.close();
  }
}

async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => ({ size: 0 }))).size;
}

function noDraft(): PublishError {
  return new PublishError("INPUT_NOT_FOUND", "This draft is not there any more.", "Begin a new one.");
}

function wrongLength(file: string, received: number, sizeBytes: number): PublishError {
  const message = `${file} came with ${received > sizeBytes ? "more than" : `${received} of`} ${sizeBytes} bytes.`;
  return new PublishError("INPUT_CHANGED", message, { action: "retry", note: "when nothing writes to it" }, { file, received, sizeBytes });
}

function replaced(file: string): PublishError {
  return new PublishError("INPUT_CHANGED", `Another ${file} came while this one did; that one counts.`, [], { file });
}

function misplaced(file: string, value: number, option: string): PublishError {
  const message = `${file} cannot be taken with ${option} ${value}.`;
  return new PublishError("OPTION_INVALID", message, { action: "retry", note: "from its beginning" }, { option, file });
}
