import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { lines } from "@datasette-publish/runtime";

/** The launcher's sources, by their paths here and below `/app` in the image, where they are bytecode. */
export async function launcherFiles(): Promise<string[]> {
  return (await sourceNames()).filter((name) => name.endsWith(".py"));
}

/** Path on this machine of a source of this package. */
export function sourcePath(name: string): string {
  return join(import.meta.dirname, name);
}

/** What of `packages/plugins` the layers' bytes depend on too. */
const shared = ["bytecode.ts", "closure.ts", "elf.ts", "wheel.ts"].map((name) => join("..", "..", "plugins", "src", name));

/** What a slim image leaves out, by line. */
const slimLists = lines.map((line) => join("..", "lock", `slim-${line}.json`));

/** SHA-256 over the sources that the layers' bytes depend on, other than the lock. */
export async function hashSources(): Promise<string> {
  const hash = createHash("sha256");
  for (const name of [...(await sourceNames()), ...shared, ...slimLists]) hash.update(await readFile(sourcePath(name)));
  return hash.digest("hex");
}

/** Sorted; tests are no sources. */
async function sourceNames(): Promise<string[]> {
  const names = await readdir(import.meta.dirname, { recursive: true });
  return names.filter((name) => /(?<!\.test)\.ts$|(?<!_test)\.py$/.test(name)).sort();
}
