import { randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { chmod, copyFile, mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { PublishError, setOption } from "@datasette-publish/core";
import type { TarFile } from "@datasette-publish/core/oci";

/**
 * Refuses a folder that {@link writeFolder} would not write: one that has something in it, which may have been edited.
 * @throws PublishError `OUTPUT_EXISTS`
 */
export async function checkFolder(dir: string): Promise<void> {
  const path = resolve(dir);
  const names = await readdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw occupied(path, "is not a folder", error);
  });
  if (names.length > 0) throw occupied(path, "has something in it");
}

function occupied(path: string, problem: string, cause?: unknown): PublishError {
  const remedies = [setOption("generateDir", undefined, "to name another folder"), "Or remove that one."];
  return new PublishError("OUTPUT_EXISTS", `${path} ${problem}.`, remedies, { path }, cause);
}

/** Writes files into a folder that appears whole or not at all. Copies a user's files; links none. @throws PublishError `OUTPUT_EXISTS` */
export async function writeFolder(dir: string, files: readonly TarFile[], signal?: AbortSignal): Promise<string> {
  const path = resolve(dir);
  await checkFolder(path);
  const partial = join(dirname(path), `.${basename(path)}.${randomUUID()}.partial`);
  try {
    for (const file of files) {
      signal?.throwIfAborted();
      await makeParents(partial, file.name);
      await writeOne(join(partial, file.name), file);
    }
    await rename(partial, path);
    return path;
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

/** Whatever the umask is: the modes here are those in the image, where another user reads. */
async function makeParents(dir: string, name: string): Promise<void> {
  const segments = name.split("/").slice(0, -1);
  for (let count = 0; count <= segments.length; count++) {
    const made = await mkdir(join(dir, ...segments.slice(0, count)), { recursive: true });
    if (made !== undefined) await chmod(made, 0o755);
  }
}

async function writeOne(target: string, { source = "", mode }: TarFile): Promise<void> {
  if (source instanceof Uint8Array) await writeFile(target, source);
  else if (typeof source === "string") await copyFile(source, target, constants.COPYFILE_FICLONE);
  else await writeFile(target, source.open());
  await chmod(target, mode | 0o200);
}
