import { createHash, randomUUID, type Hash } from "node:crypto";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Context } from "../events/events.ts";
import { gzip } from "./gzip.ts";
import { mediaTypes } from "./media-types.ts";
import { writeTar } from "./tar.ts";
import type { ImageFile, Layer } from "./types.ts";

/**
 * Writes `files` as one gzip-compressed tar layer, `<dir>/sha256-<hex>.tar.gz`, written whole or not at all.
 * The digest depends on the files' names, modes and bytes alone. Needs memory for a few megabytes, whatever the size.
 * Reports nothing itself; `ctx.signal` stops it.
 *
 * @param createdBy what the layer holds, for the image config's `history` (image-spec, "Image Configuration")
 * @throws PublishError `IMAGE_INVALID`, `INPUT_CHANGED`; system errors of the file system as they are
 */
export async function writeLayer(files: readonly ImageFile[], dir: string, createdBy: string, ctx: Context): Promise<Layer> {
  return packLayer(files, dir, createdBy, ctx.signal, () => {});
}

/** {@link writeLayer} that tells `onBytes` how many bytes of tar each chunk held. */
export async function packLayer(
  files: readonly ImageFile[],
  dir: string,
  createdBy: string,
  signal: AbortSignal | undefined,
  onBytes: (bytes: number) => void,
): Promise<Layer> {
  await mkdir(dir, { recursive: true });
  const partial = join(dir, `.${randomUUID()}.partial`);
  const tar = new Measure(onBytes);
  const blob = new Measure();
  try {
    await writeChunks(partial, blob.pass(gzip(tar.pass(writeTar(files, signal)))));
    const path = resolve(dir, `sha256-${blob.hex}.tar.gz`);
    await rename(partial, path);
    return {
      descriptor: { mediaType: mediaTypes.ociLayer, digest: `sha256:${blob.hex}`, size: blob.sizeBytes },
      diffId: `sha256:${tar.hex}`,
      unpackedSizeBytes: tar.sizeBytes,
      createdBy,
      path,
    };
  } finally {
    await rm(partial, { force: true });
  }
}

/** Writes every chunk to a new file at `path`. */
export async function writeChunks(path: string, chunks: AsyncIterable<Uint8Array>): Promise<void> {
  const handle = await open(path, "wx");
  try {
    for await (const chunk of chunks) await handle.writeFile(chunk);
  } finally {
    await handle.close();
  }
}

/** Takes the SHA-256 and the size of what flows through {@link Measure.pass}. */
export class Measure {
  sizeBytes = 0;
  readonly #hash: Hash = createHash("sha256");
  readonly #onBytes: ((bytes: number) => void) | undefined;
  #hex: string | undefined;

  constructor(onBytes?: (bytes: number) => void) {
    this.#onBytes = onBytes;
  }

  async *pass(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const chunk of source) {
      this.#hash.update(chunk);
      this.sizeBytes += chunk.length;
      this.#onBytes?.(chunk.length);
      yield chunk;
    }
  }

  /** SHA-256 of everything that passed; final once read. */
  get hex(): string {
    this.#hex ??= this.#hash.digest("hex");
    return this.#hex;
  }
}
