import { createHash, randomUUID, type Hash } from "node:crypto";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Context } from "../events/events.ts";
import { writingTo } from "../files/disk-full.ts";
import { fixedGzip, type Compressor } from "./compressors.ts";
import { fileContent } from "./content.ts";
import type { GrowingFile } from "./growing-file.ts";
import { writeTar } from "./tar.ts";
import type { ImageFile, Layer } from "./types.ts";

/** A layer whose blob is a file. */
export interface LayerFile extends Layer {
  /** Absolute path of the blob. */
  readonly path: string;
}

/** A layer of a file, such as one whose description was kept as JSON. */
export function layerFile(layer: Omit<LayerFile, "open">): LayerFile {
  return { ...layer, open: fileContent(layer.path, layer.descriptor.size).open };
}

/** Annotation of a layer's descriptor: the compressor that decides its digest, with version and level. It is in no config, which is the same for all. */
const compressorAnnotation = "io.datasette.publish.compressor";

export interface LayerOptions {
  /** Told how many bytes of tar each chunk held. */
  readonly onBytes?: (bytes: number) => void;
  /** Unset: {@link fixedGzip}. */
  readonly compressor?: Compressor;
  /** Of the layer's descriptor, besides the compressor's. */
  readonly annotations?: Readonly<Record<string, string>>;
  /** Becomes the blob, to be read while it is written. */
  readonly growing?: GrowingFile | undefined;
}

/**
 * Writes `files` as one compressed tar layer, `<dir>/sha256-<hex>.tar.gz`, written whole or not at all.
 * The diffId depends on the files' names, modes and bytes alone; the digest on the compressor too. Needs memory for a few megabytes, whatever the size.
 * Reports nothing itself; `ctx.signal` stops it.
 *
 * @param createdBy what the layer holds, for the image config's `history` (image-spec, "Image Configuration")
 * @throws PublishError `IMAGE_INVALID`, `INPUT_CHANGED`; system errors of the file system as they are
 */
export async function writeLayer(
  files: readonly ImageFile[],
  dir: string,
  createdBy: string,
  { signal }: Context,
  { onBytes, compressor = fixedGzip, annotations: others, growing }: LayerOptions = {},
): Promise<LayerFile> {
  const { mediaType, extension, version, compress } = compressor;
  const tar = new Measure(onBytes);
  const blob = await writeWhole(compress(tar.pass(writeTar(files, signal))), dir, (sha256) => `sha256-${sha256}.${extension}`, growing);
  const annotations = { ...(version !== null && { [compressorAnnotation]: version }), ...others };
  return layerFile({
    descriptor: {
      mediaType,
      digest: `sha256:${blob.sha256}`,
      size: blob.sizeBytes,
      ...(Object.keys(annotations).length > 0 && { annotations }),
    },
    diffId: `sha256:${tar.hex}`,
    unpackedSizeBytes: tar.sizeBytes,
    createdBy,
    path: blob.file,
  });
}

/** Writes a file into `dir`, whole or not at all. `nameFor` names it, by its SHA-256 in hex if need be; `growing` lets others read along. @throws PublishError `DISK_FULL` */
export async function writeWhole(
  chunks: AsyncIterable<Uint8Array>,
  dir: string,
  nameFor: (sha256: string) => string,
  growing?: GrowingFile,
): Promise<{ file: string; sizeBytes: number; sha256: string }> {
  const partial = join(dir, `.${randomUUID()}.partial`);
  const measure = new Measure();
  try {
    await writingTo(dir, () => mkdir(dir, { recursive: true }));
    const measured = measure.pass(chunks);
    await writingTo(dir, () => writeFile(partial, growing?.pass(measured, partial) ?? measured, { flag: "wx" }));
    const file = resolve(dir, nameFor(measure.hex));
    await rename(partial, file);
    return { file, sizeBytes: measure.sizeBytes, sha256: measure.hex };
  } finally {
    growing?.end();
    await rm(partial, { force: true });
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
