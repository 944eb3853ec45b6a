import { randomUUID } from "node:crypto";
import { mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { PublishError } from "../errors/publish-error.ts";
import { writingTo } from "../files/disk-full.ts";
import { readWhole } from "./content.ts";
import { blobsOf, layoutFile, layoutIndex } from "./archive.ts";
import { blobPath } from "./digest.ts";
import { describeManifest, indexOf, manifestOf } from "./manifest.ts";
import type { Image } from "./types.ts";

/**
 * Writes an OCI image layout directory (image-spec, "Image Layout") with one image, or an index over several platforms.
 * It appears whole or not at all; an earlier layout (or an empty directory) is replaced, anything else is left alone.
 *
 * @returns the absolute directory and the digest of the manifest or index
 * @throws PublishError `OUTPUT_EXISTS` when `dir` holds something besides a layout, `REFERENCE_INVALID`, `IMAGE_INVALID` without images, `DISK_FULL`
 */
export async function writeLayout(
  images: readonly Image[],
  dir: string,
  reference: string,
  signal?: AbortSignal,
): Promise<{ dir: string; digest: string }> {
  const [image] = images;
  if (image === undefined) throw new PublishError("IMAGE_INVALID", "A layout needs an image.", "Report this as a bug.");
  const target = resolve(dir);
  await checkLayoutPath(target);
  const top = images.length === 1 ? manifestOf(image, "oci") : indexOf(images);
  const platform = images.length === 1 ? { platform: image.platform } : {};
  const index = layoutIndex({ ...describeManifest(top), ...platform }, reference);
  const blobs = new Map([...images.flatMap((each) => [...blobsOf(each)]), [top.digest, top.bytes] as const]);
  const partial = besides(target);
  try {
    await writingTo(target, async () => {
      await mkdir(join(partial, "blobs", "sha256"), { recursive: true });
      for (const [digest, source] of blobs) {
        signal?.throwIfAborted();
        const path = join(partial, blobPath(digest));
        await writeFile(path, "open" in source ? readWhole(source, digest, signal) : source);
      }
      await writeFile(join(partial, "index.json"), index);
      await writeFile(join(partial, "oci-layout"), layoutFile);
      await replaceDirectory(target, partial);
    });
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
  return { dir: target, digest: top.digest };
}

/** All that {@link writeLayout} puts in a directory. */
const layoutNames = new Set(["blobs", "index.json", "oci-layout"]);

/** Refuses a directory that {@link writeLayout} would not replace. @throws PublishError `OUTPUT_EXISTS` */
export async function checkLayoutPath(dir: string): Promise<void> {
  const target = resolve(dir);
  const names = await readdir(target).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    if (error.code === "ENOTDIR") return ["a file"];
    throw error;
  });
  const foreign = names.some((name) => !layoutNames.has(name));
  if (foreign || (names.length > 0 && !names.includes("oci-layout")))
    throw new PublishError("OUTPUT_EXISTS", `${target} exists and holds more than an OCI layout.`, "Choose another directory.", {
      path: target,
    });
}

/** A directory cannot be renamed over another: the old one steps aside, and comes back if the new one cannot take its place. */
async function replaceDirectory(target: string, fresh: string): Promise<void> {
  const old = besides(target);
  const moved = await rename(target, old).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return false;
      throw error;
    },
  );
  try {
    await rename(fresh, target);
  } catch (error) {
    if (moved) await rename(old, target);
    throw error;
  }
  await rm(old, { recursive: true, force: true });
}

function besides(target: string): string {
  return join(dirname(target), `.${basename(target)}.${randomUUID()}.partial`);
}
