import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import type { Provider } from "@datasette-publish/core";
import { afterAll } from "vitest";

const run = promisify(execFile);

/**
 * The provider as users get it: packs the package in `folder`, installs the tarball by itself, as `publish providers install` does, and
 * imports it. What is missing in the package, or is a dependency of its development alone, fails here.
 */
export async function packedProvider(folder: URL): Promise<Provider> {
  const dir = await mkdtemp(join(tmpdir(), "packed-"));
  afterAll(() => rm(dir, { recursive: true, force: true }));
  await run("npm", ["pack", fileURLToPath(folder), "--pack-destination", dir], { cwd: fileURLToPath(folder) });
  const { name, version } = JSON.parse(await readFile(new URL("package.json", folder), "utf8")) as { name: string; version: string };
  const tarball = `${name.replace(/^@/, "").replace("/", "-")}-${version}.tgz`;
  await writeFile(join(dir, "package.json"), "{}");
  await run("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline", `./${tarball}`], { cwd: dir });
  const entry = join(dir, "entry.mjs");
  await writeFile(entry, `export { default } from ${JSON.stringify(name)};\n`);
  return ((await import(/* @vite-ignore */ pathToFileURL(entry).href)) as { default: Provider }).default;
}
