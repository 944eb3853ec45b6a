import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Runtime } from "@datasette-publish/core";
import type { Architecture } from "./lock-file.ts";
import { packageDir } from "./package-dir.ts";

/** Layer digests by the lock file's SHA-256, then by architecture. */
type Golden = Record<string, Partial<Record<Architecture, string[]>>>;

const goldenPath = join(packageDir, "lock", "golden.json");

/** Digests every machine must get for a lock file; committed beside it. */
export async function readGolden(lockSha256: string): Promise<Partial<Record<Architecture, string[]>>> {
  return (JSON.parse(await readFile(goldenPath, "utf8")) as Golden)[lockSha256] ?? {};
}

/** Records a runtime's digests; those of other lock files go. */
export async function writeGolden({ lockSha256, platform, layers }: Runtime): Promise<void> {
  const known = await readGolden(lockSha256).catch(() => ({}));
  const golden: Golden = { [lockSha256]: { ...known, [platform.architecture]: layers.map(({ descriptor }) => descriptor.digest) } };
  await writeFile(goldenPath, `${JSON.stringify(golden, null, 2)}\n`);
}
