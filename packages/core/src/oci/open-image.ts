import { stat } from "node:fs/promises";
import { PublishError, isPublishError } from "../errors/publish-error.ts";
import { step, type Context } from "../events/events.ts";
import { systemCode } from "../files/failures.ts";
import { inputError } from "../files/input-file.ts";
import { readArchive, readArchiveStream } from "./read-archive.ts";
import { readLayout } from "./read-layout.ts";
import { pull, type PullOptions } from "./registry/pull.ts";
import type { Image } from "./types.ts";

/** Where an image may be. */
export type ImagePlace = "archive" | "layout" | "engine" | "registry";

/** An image that is read, and where it was found. */
export interface OpenedImage extends Image {
  readonly from: ImagePlace;
}

/**
 * The images of an engine: gives one as the archive that `docker save` writes, or null if the engine has none of that name.
 * Throws `ENGINE_UNREACHABLE` when no engine answers.
 */
export type SavedImages = (reference: string, signal?: AbortSignal) => Promise<AsyncIterable<Uint8Array> | null>;

/** How to look for an image. */
export interface OpenImageOptions extends PullOptions {
  /** Folder for what has to be copied to be read: an engine's image, an archive that is compressed. Keep it as long as the image is used. */
  readonly workDir: string;
  /** The only place to look. Unset: the file or folder of that path, else the engine's image, else the registry's. */
  readonly from?: ImagePlace;
  /** Which image of an archive or a layout, by its name or tag. Unset: the only one. */
  readonly name?: string;
  /** Unset: there is no engine. */
  readonly engine?: SavedImages;
}

/**
 * Reads an image, wherever it is. What is asked for at once is its manifest and its config; a layer is read when it is opened.
 *
 * @param reference path of an archive or a layout, or the name of an image
 * @throws PublishError `INPUT_NOT_FOUND`, `IMAGE_NOT_FOUND`, `ENGINE_UNREACHABLE`, those of {@link readArchive}, {@link readLayout}, {@link pull} and of the engine
 */
export async function openImage(reference: string, options: OpenImageOptions, ctx: Context): Promise<OpenedImage> {
  const { workDir, name, platform } = options;
  const choice = { ...(platform && { platform }), ...(name !== undefined && { reference: name }), signal: ctx.signal };
  const from = options.from ?? (await placeOf(reference));
  if (from === "archive") return { ...(await readArchive(reference, { ...choice, workDir })), from };
  if (from === "layout") return { ...(await readLayout(reference, choice)), from };
  if (from !== "registry") {
    const image = await openSaved(reference, options, ctx);
    if (image !== null) return { ...image, from: "engine" };
    if (from === "engine") throw notInEngine(reference);
  }
  return { ...(await pull(reference, options, ctx)), from: "registry" };
}

/** Whether it names a file, even one that is not there. */
function isPath(reference: string): boolean {
  return /^[./~]|\\|\.(tgz|tar(\.\w+)?)$/.test(reference);
}

/** What there is of that path; null for an image's name. @throws PublishError `INPUT_NOT_FOUND`, `INPUT_UNREADABLE` */
async function placeOf(reference: string): Promise<"archive" | "layout" | null> {
  const stats = await stat(reference).catch((error: unknown) => {
    if (isPath(reference) || !/^(ENOENT|ENOTDIR)$/.test(systemCode(error))) throw inputError(reference, error);
    return null;
  });
  if (stats === null) return null;
  return stats.isDirectory() ? "layout" : "archive";
}

/** The engine's image; null if it has none of that name, or if none answers and the image may be elsewhere. */
async function openSaved(reference: string, { engine, from, workDir, platform }: OpenImageOptions, ctx: Context): Promise<Image | null> {
  const { signal } = ctx;
  const saved = await engine?.(reference, signal).catch((error: unknown) => {
    if (from === undefined && isPublishError(error) && error.code === "ENGINE_UNREACHABLE") return null;
    throw error;
  });
  if (saved === undefined || saved === null) return null;
  return step(ctx, "copy", `Copy ${reference} from the engine`, async ({ progress }) =>
    readArchiveStream(
      counted(saved, (bytes) => progress(bytes, null, "bytes")),
      workDir,
      { ...(platform && { platform }), signal },
    ),
  );
}

async function* counted(source: AsyncIterable<Uint8Array>, onBytes: (bytes: number) => void): AsyncGenerator<Uint8Array, void, undefined> {
  let bytes = 0;
  for await (const chunk of source) {
    yield chunk;
    onBytes((bytes += chunk.length));
  }
}

function notInEngine(reference: string): PublishError {
  return new PublishError("IMAGE_NOT_FOUND", `The engine has no image ${reference}.`, "Check its name and its tag.", { image: reference });
}
