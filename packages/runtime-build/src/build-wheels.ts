import { chmod, copyFile, mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Context } from "@datasette-publish/core";
import { wheelsDir } from "@datasette-publish/runtime";
import { fetchWheels, holds } from "./fetch.ts";
import { readLock, type LockedWheel } from "./lock-file.ts";
import { replaceDir } from "./replace-dir.ts";

/** Fills the folder of wheels that ship, unless it holds just those of the lock file. Of native ones, amd64's: see `wheelFiles`. */
export async function buildWheels(ctx: Context, dir = wheelsDir): Promise<void> {
  const { wheels } = (await readLock()).lock.architectures.amd64;
  if (await holdsAll(dir, wheels)) return;
  const paths = await fetchWheels(wheels, "amd64", ctx);
  await mkdir(dirname(dir), { recursive: true });
  const partial = await mkdtemp(`${dir}.partial-`);
  try {
    await chmod(partial, 0o755);
    for (const path of paths) await copyFile(path, join(partial, basename(path)));
    await replaceDir(partial, dir);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

async function holdsAll(dir: string, wheels: readonly LockedWheel[]): Promise<boolean> {
  const names = await readdir(dir).catch(() => []);
  if (names.length !== wheels.length) return false;
  for (const { file, sha256 } of wheels) if (!(await holds(join(dir, file), sha256))) return false;
  return true;
}
