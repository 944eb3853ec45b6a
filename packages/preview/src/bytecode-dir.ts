import { createHash } from "node:crypto";
import { mkdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { version } from "pyodide";

/** A folder below `cacheDir` that belongs to exactly these wheels and this Python. */
export async function makeBytecodeDir(cacheDir: string, wheels: readonly string[]): Promise<string> {
  const hash = createHash("sha256").update(version);
  for (const path of [...wheels].sort()) hash.update(`\n${basename(path)}\n`).update(await readFile(path));
  const dir = join(cacheDir, `bytecode-${hash.digest("hex").slice(0, 16)}`);
  await mkdir(dir, { recursive: true, mode: 0o700 });
  return dir;
}
