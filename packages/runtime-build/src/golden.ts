import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Runtime } from "@datasette-publish/core";
import { lines } from "@datasette-publish/runtime";
import { readLock, type Architecture } from "./lock-file.ts";
import { packageDir } from "./package-dir.ts";

/** Layer digests by the locks' SHA-256, then by architecture. */
type Golden = Record<string, Partial<Record<Architecture, string[]>>>;

const goldenPath = join(packageDir, "lock", "golden.json");

/** Digests every machine must get for the locks of a line; committed beside them. */
export async function readGolden(lockSha256: string): Promise<Partial<Record<Architecture, string[]>>> {
  return (await readAll())[lockSha256] ?? {};
}

/** Records a runtime's digests; those of locks that are no more go. */
export async function writeGolden({ lockSha256, platform, layers }: Runtime): Promise<void> {
  const known = await readAll().catch((): Golden => ({}));
  const golden: Golden = {};
  for (const line of lines) {
    const { sha256 } = await readLock(line);
    golden[sha256] = { ...known[sha256] };
  }
  golden[lockSha256] = { ...golden[lockSha256], [platform.architecture]: layers.map(({ descriptor }) => descriptor.digest) };
  await writeFile(goldenPath, `${JSON.stringify(golden, null, 2)}\n`);
}

async function readAll(): Promise<Golden> {
  return JSON.parse(await readFile(goldenPath, "utf8")) as Golden;
}
