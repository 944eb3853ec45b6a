import { open, type FileHandle } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import { PublishError } from "../errors/publish-error.ts";
import { canonicalJson } from "./canonical-json.ts";
import { layerContent } from "./content.ts";
import { blobPath } from "./digest.ts";
import { writeWhole } from "./layer.ts";
import { describeManifest, manifestOf } from "./manifest.ts";
import { mediaTypes } from "./media-types.ts";
import { familiarName, formatReference, parseReference } from "./reference.ts";
import { writeTar } from "./tar.ts";
import type { Content, Descriptor, Image, TarFile } from "./types.ts";

/** The file that marks an OCI image layout (image-spec, "Image Layout"). */
export const layoutFile = new TextEncoder().encode('{"imageLayoutVersion":"1.0.0"}');

/**
 * One image as a tar that every engine loads: an OCI image layout, plus Docker's `manifest.json` over the same blobs.
 * Deterministic; holds one read buffer in memory.
 *
 * @param reference the name the engine gives the image, e.g. `data:latest`
 * @throws PublishError `REFERENCE_INVALID`, `INPUT_CHANGED`
 */
export async function* archiveStream(image: Image, reference: string, signal?: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
  yield* writeTar(archiveFiles(image, reference), signal);
}

/**
 * Writes {@link archiveStream} to `file`, whole or not at all; an earlier archive (or an empty file) is replaced in one step,
 * anything else is left alone.
 *
 * @throws PublishError `OUTPUT_EXISTS` when `file` is something else, `REFERENCE_INVALID`, `INPUT_CHANGED`; system errors of the file system as they are
 */
export async function writeArchive(
  image: Image,
  file: string,
  reference: string,
  signal?: AbortSignal,
): Promise<{ file: string; sizeBytes: number; sha256: string }> {
  const target = resolve(file);
  await checkArchivePath(target);
  return writeWhole(archiveStream(image, reference, signal), dirname(target), () => basename(target));
}

/**
 * Refuses a path that {@link writeArchive} would not replace. An archive of ours starts with the directory `blobs`;
 * what else a user has there, such as a backup or an input, stays.
 *
 * @throws PublishError `OUTPUT_EXISTS`, `OUTPUT_UNWRITABLE`
 */
export async function checkArchivePath(file: string): Promise<void> {
  const target = resolve(file);
  const handle = await open(target, "r").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    if (error.code === "ENOTDIR")
      throw new PublishError("OUTPUT_UNWRITABLE", `${dirname(target)} is not a folder.`, "Choose another file.", { path: target }, error);
    throw error;
  });
  if (handle === null) return;
  const replaceable = await isArchive(handle).finally(() => handle.close());
  if (!replaceable)
    throw new PublishError(
      "OUTPUT_EXISTS",
      `${target} exists and is not an image archive.`,
      "Choose another file, or move that one away.",
      {
        path: target,
      },
    );
}

async function isArchive(handle: FileHandle): Promise<boolean> {
  const stats = await handle.stat();
  if (!stats.isFile()) return false;
  const start = Buffer.alloc(7);
  const { bytesRead } = await handle.read(start, 0, start.length, 0);
  return bytesRead === 0 || start.toString("latin1") === "blobs/\0";
}

/**
 * A layout's `index.json` with one descriptor. containerd reads the full name from its own annotation,
 * everyone else the tag from `org.opencontainers.image.ref.name`.
 */
export function layoutIndex(descriptor: Descriptor, reference: string): Uint8Array {
  const parsed = parseReference(reference);
  const tag = parsed.tag ?? "latest";
  const annotations = {
    "io.containerd.image.name": formatReference({ ...parsed, tag, digest: null }),
    "org.opencontainers.image.ref.name": tag,
  };
  return canonicalJson({ schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests: [{ ...descriptor, annotations }] });
}

/** Every blob of an image's OCI form by digest: layers, config, manifest. */
export function blobsOf(image: Image): Map<string, Content | Uint8Array> {
  const { bytes, digest } = manifestOf(image, "oci");
  return new Map<string, Content | Uint8Array>([
    ...image.layers.map((layer): [string, Content] => [layer.descriptor.digest, layerContent(layer)]),
    [image.configDigest, image.config],
    [digest, bytes],
  ]);
}

function archiveFiles(image: Image, reference: string): TarFile[] {
  const descriptor = { ...describeManifest(manifestOf(image, "oci")), platform: image.platform };
  const dockerList = canonicalJson([
    {
      Config: blobPath(image.configDigest),
      RepoTags: [familiarName(parseReference(reference))],
      Layers: image.layers.map((layer) => blobPath(layer.descriptor.digest)),
    },
  ]);
  const blobs = [...blobsOf(image)].map(([digest, source]) => ({ name: blobPath(digest), mode: 0o644, source }));
  return [
    ...blobs,
    { name: "index.json", mode: 0o644, source: layoutIndex(descriptor, reference) },
    { name: "manifest.json", mode: 0o644, source: dockerList },
    { name: "oci-layout", mode: 0o644, source: layoutFile },
  ];
}
