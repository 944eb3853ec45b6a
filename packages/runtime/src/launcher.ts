import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { ServedFile } from "@datasette-publish/core";
import { launcherDir } from "./folders.ts";
import { missing } from "./missing.ts";

/** The sources of the launcher, by their paths beside it, for an image whose Python is another than that of the layers. @throws PublishError `RUNTIME_MISSING` */
export async function launcherFiles(dir = launcherDir): Promise<ServedFile[]> {
  const names = await readdir(dir, { recursive: true }).catch(() => []);
  const sources = names.filter((name) => name.endsWith(".py")).sort();
  if (!sources.includes("launch.py")) throw missing("The launcher is not there yet.");
  return sources.map((name) => ({ name, source: join(dir, name) }));
}
