import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Context } from "@datasette-publish/core";
import { lines, wheelsDir, wheelsFile, type Line } from "@datasette-publish/runtime";
import { fetchWheels, holds } from "./fetch.ts";
import { previewWheels, readLock, type LockedWheel } from "./lock-file.ts";
import { replaceDir } from "./replace-dir.ts";

/** Fills the folder of wheels that ship, and of lists of them by line, unless it holds just those of the lock files. */
export async function buildWheels(ctx: Context, dir = wheelsDir): Promise<void> {
  const wanted = new Map<Line, ReturnType<typeof previewWheels>>();
  for (const line of lines) wanted.set(line, previewWheels((await readLock(line)).datasette));
  if (await holdsAll(dir, wanted)) return;
  await mkdir(dirname(dir), { recursive: true });
  const partial = await mkdtemp(`${dir}.partial-`);
  try {
    await chmod(partial, 0o755);
    for (const [line, wheels] of wanted) {
      for (const target of ["amd64", "preview"] as const) {
        const chosen = wheels.filter((one) => one.target === target).map(({ wheel }) => wheel);
        for (const path of await fetchWheels(chosen, target, ctx)) await copyFile(path, join(partial, basename(path)));
      }
      await writeFile(join(partial, wheelsFile(line)), toList(wheels));
    }
    await replaceDir(partial, dir);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

function toList(wheels: readonly { wheel: LockedWheel }[]): string {
  return `${JSON.stringify(wheels.map(({ wheel }) => wheel.file).sort(), null, 2)}\n`;
}

async function holdsAll(dir: string, wanted: ReadonlyMap<Line, readonly { wheel: LockedWheel }[]>): Promise<boolean> {
  for (const [line, wheels] of wanted) {
    const list = await readFile(join(dir, wheelsFile(line)), "utf8").catch(() => "");
    if (list !== toList(wheels)) return false;
    for (const { wheel } of wheels) if (!(await holds(join(dir, wheel.file), wheel.sha256))) return false;
  }
  return true;
}
