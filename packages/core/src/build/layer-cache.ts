import { randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { copyFile, link, mkdir, readFile, readdir, rename, rm, stat, statfs, utimes } from "node:fs/promises";
import { basename, join } from "node:path";
import { systemCode } from "../files/failures.ts";
import { hashFile } from "../files/hash-file.ts";
import { replaceFile } from "../files/replace-file.ts";
import { canonicalJson } from "../oci/canonical-json.ts";
import { digestOf } from "../oci/digest.ts";
import { layerFile, type LayerFile } from "../oci/layer.ts";

/** All that is kept takes at most this many bytes, and at most a quarter of the disk's free space. */
const maxKeptBytes = 4e9;

/** Raised when the same key comes to mean other bytes. */
const form = 2;

/**
 * Layers that were made before, in one folder: a publish of the same database compresses nothing. An entry is a blob and its description.
 * It appears whole, goes when the folder is full and others were used later, and is held against its digests when it is taken; processes may share it.
 */
export interface LayerCache {
  /** Null when there is none, or it is damaged: then it is removed. The blob is linked or copied into `workDir`, where nobody else removes it. */
  take(key: string, workDir: string, signal?: AbortSignal): Promise<LayerFile | null>;
  /** @throws system errors of the file system as they are */
  keep(key: string, layer: LayerFile): Promise<void>;
}

/** The name of a layer by all that its bytes depend on. */
export function layerKey(...origin: readonly string[]): string {
  return digestOf(canonicalJson([form, ...origin])).slice("sha256:".length);
}

/** @param dir made with mode 0700 when something is kept: it holds the data of sites */
export function openLayerCache(dir: string, maxBytes = maxKeptBytes): LayerCache {
  const descriptionOf = (key: string) => join(dir, `${key}.json`);
  return {
    async take(key, workDir, signal) {
      const description = descriptionOf(key);
      const layer = await readDescription(description);
      if (layer === null) return null;
      const blob = join(dir, layer.path);
      const path = join(workDir, layer.path);
      await mkdir(workDir, { recursive: true });
      if (!(await placeFile(blob, path))) return null;
      if (`sha256:${await hashFile(path, signal)}` === layer.descriptor.digest) {
        await markUsed([description, blob]);
        return layerFile({ ...layer, path });
      }
      await removeFiles([path, blob, description]);
      return null;
    },
    async keep(key, { descriptor, diffId, unpackedSizeBytes, createdBy, path }) {
      await mkdir(dir, { recursive: true, mode: 0o700 });
      if (!(await makeRoom(dir, descriptor.size, maxBytes))) return;
      const layer = { descriptor, diffId, unpackedSizeBytes, createdBy, path: basename(path) };
      if (!(await placeFile(path, join(dir, layer.path)))) return;
      await replaceFile(descriptionOf(key), JSON.stringify({ layer, digest: digestOf(canonicalJson(layer)) }), 0o600);
    },
  };
}

/** A layer whose `path` is a name in the folder; null when there is none, or it is not what was written. */
async function readDescription(file: string): Promise<Omit<LayerFile, "open"> | null> {
  try {
    const { layer, digest } = JSON.parse(await readFile(file, "utf8")) as { layer: LayerFile; digest: string };
    return digestOf(canonicalJson(layer)) === digest ? layer : null;
  } catch {
    return null;
  }
}

/** Gives a file one more name; on another disk, a copy. A file of that name is the same. False when there is none to place, or no room. */
async function placeFile(from: string, to: string): Promise<boolean> {
  const code = await link(from, to).then(() => "", systemCode);
  if (code === "" || code === "EEXIST") return true;
  const partial = `${to}.${randomUUID()}.partial`;
  try {
    await copyFile(from, partial, constants.COPYFILE_FICLONE);
    await rename(partial, to);
    return true;
  } catch {
    await rm(partial, { force: true });
    return false;
  }
}

/** Their times say what was used last. Whoever cannot write them can read the layer all the same. */
async function markUsed(files: readonly string[]): Promise<void> {
  const now = new Date();
  for (const file of files) await utimes(file, now, now).catch(() => {});
}

async function removeFiles(files: readonly string[]): Promise<void> {
  for (const file of files) await rm(file, { force: true }).catch(() => {});
}

/** Removes what was used longest ago until there is room for `sizeBytes`; false when there never is. */
async function makeRoom(dir: string, sizeBytes: number, maxBytes: number): Promise<boolean> {
  const { bavail, bsize } = await statfs(dir);
  const limit = Math.min(maxBytes, (bavail * bsize) / 4);
  if (sizeBytes > limit) return false;
  const files = await listFiles(dir);
  let total = files.reduce((sum, file) => sum + file.sizeBytes, sizeBytes);
  for (const file of files.toSorted((a, b) => a.usedMs - b.usedMs)) {
    if (total <= limit) break;
    await rm(file.path, { force: true });
    total -= file.sizeBytes;
  }
  return true;
}

/** Another process may remove one meanwhile. */
async function listFiles(dir: string): Promise<{ path: string; sizeBytes: number; usedMs: number }[]> {
  const paths = (await readdir(dir)).map((name) => join(dir, name));
  const files = await Promise.all(
    paths.map((path) =>
      stat(path).then(
        ({ size, mtimeMs }) => [{ path, sizeBytes: size, usedMs: mtimeMs }],
        () => [],
      ),
    ),
  );
  return files.flat();
}
