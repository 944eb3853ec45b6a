import { copyFile, chmod, mkdir, mkdtemp, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { launcherDir } from "@datasette-publish/runtime";
import { replaceDir } from "./replace-dir.ts";
import { launcherFiles, sourcePath } from "./sources.ts";

/** Copies the launcher's sources to where they ship: a base of one's own has another Python than the layers' bytecode is for. */
export async function buildLauncher(dir = launcherDir): Promise<void> {
  const partial = await mkdtemp(`${dir}.partial-`);
  try {
    await chmod(partial, 0o755);
    for (const name of await launcherFiles()) {
      await mkdir(dirname(join(partial, name)), { recursive: true });
      await copyFile(sourcePath(name), join(partial, name));
    }
    await replaceDir(partial, dir);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}
