import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/** The launcher's source, which ships as bytecode. */
export const launcherPath = join(import.meta.dirname, "launch.py");

/** SHA-256 over this package's sources: what the layers' bytes depend on, other than the lock. */
export async function hashSources(): Promise<string> {
  const names = (await readdir(import.meta.dirname)).filter((name) => /(?<!\.test)\.ts$|\.py$/.test(name)).sort();
  const hash = createHash("sha256");
  for (const name of names) hash.update(await readFile(join(import.meta.dirname, name)));
  return hash.digest("hex");
}
