import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Layer, SitePlatform } from "@datasette-publish/core";
import { lines } from "@datasette-publish/runtime";
import { readLock, readSpatialiteLock, type Architecture } from "./lock-file.ts";
import { packageDir } from "./package-dir.ts";

/** Layer digests by the locks' SHA-256, then by architecture. */
type Golden = Record<string, Partial<Record<Architecture, string[]>>>;

const goldenPath = join(packageDir, "lock", "golden.json");

/** Digests every machine must get for the locks of a line; committed beside them. */
export async function readGolden(lockSha256: string): Promise<Partial<Record<Architecture, string[]>>> {
  return (await readAll())[lockSha256] ?? {};
}

/** What was built from locks for one platform. */
interface Built {
  readonly lockSha256: string;
  readonly platform: SitePlatform;
  readonly layers: readonly Layer[];
}

/** Records the digests of what was built; those of locks that are no more go. */
export async function writeGolden({ lockSha256, platform, layers }: Built): Promise<void> {
  const known = await readAll().catch((): Golden => ({}));
  const golden: Golden = {};
  for (const { sha256 } of [...(await Promise.all(lines.map(readLock))), await readSpatialiteLock()]) golden[sha256] = { ...known[sha256] };
  golden[lockSha256] = { ...golden[lockSha256], [platform.architecture]: layers.map(({ descriptor }) => descriptor.digest) };
  await writeFile(goldenPath, `${JSON.stringify(golden, null, 2)}\n`);
}

async function readAll(): Promise<Golden> {
  return JSON.parse(await readFile(goldenPath, "utf8")) as Golden;
}
