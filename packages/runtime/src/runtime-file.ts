import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { PublishError, type Platform, type Runtime } from "@datasette-publish/core";
import { readLock } from "./lock-file.ts";
import { buildCommand, packageDir } from "./package-dir.ts";

/** `runtime.json`: a {@link Runtime} with the layers' paths relative to it, and what it was built by. */
interface RuntimeFile extends Runtime {
  readonly sourceSha256: string;
}

/** Folder that holds the built layers of one platform. */
export function layersDir(platform: Platform): string {
  return join(packageDir, "layers", `${platform.os}-${platform.architecture}`);
}

/**
 * The runtime built for `platform`.
 *
 * @throws PublishError `RUNTIME_MISSING` when there is none, or one of another lock file or of other sources
 */
export async function loadRuntime(platform: Platform, dir = layersDir(platform)): Promise<Runtime> {
  const text = await readFile(join(dir, "runtime.json"), "utf8").catch(() => null);
  if (text === null) throw missing(platform, "is not built yet");
  const { sourceSha256, ...runtime } = JSON.parse(text) as RuntimeFile;
  const current = sourceSha256 === (await hashSources()) && runtime.lockSha256 === (await readLock()).sha256;
  if (!current) throw missing(platform, "was built from another lock file or other sources");
  const layers = runtime.layers.map((layer) => ({ ...layer, path: resolve(dir, layer.path) }));
  for (const { path, descriptor } of layers) {
    const found = await stat(path).catch(() => null);
    if (found?.size !== descriptor.size) throw missing(platform, "lacks a layer");
  }
  return { ...runtime, layers };
}

/** Writes `runtime.json` into a new folder beside `dir`, which then takes its place, so that a reader never sees half of it. */
export async function storeRuntime(runtime: Runtime, builtDir: string, dir: string): Promise<Runtime> {
  const file: RuntimeFile = {
    ...runtime,
    layers: runtime.layers.map((layer) => ({ ...layer, path: relative(builtDir, layer.path) })),
    sourceSha256: await hashSources(),
  };
  await writeFile(join(builtDir, "runtime.json"), `${JSON.stringify(file, null, 2)}\n`);
  await mkdir(dirname(dir), { recursive: true });
  await rm(dir, { recursive: true, force: true });
  await rename(builtDir, dir);
  return { ...runtime, layers: file.layers.map((layer) => ({ ...layer, path: resolve(dir, layer.path) })) };
}

/** SHA-256 over the modules beside this one and the launcher: what the layers' bytes depend on, other than the lock. */
async function hashSources(): Promise<string> {
  const names = (await readdir(import.meta.dirname)).filter((name) => /(?<!\.test|\.d)\.(ts|js)$/.test(name)).sort();
  const hash = createHash("sha256");
  for (const path of [...names.map((name) => join(import.meta.dirname, name)), launcherPath]) hash.update(await readFile(path));
  return hash.digest("hex");
}

/** The launcher's source, which ships as bytecode. */
export const launcherPath = join(packageDir, "src", "launch.py");

function missing({ os, architecture }: Platform, problem: string): PublishError {
  return new PublishError("RUNTIME_MISSING", `The runtime for ${os}/${architecture} ${problem}.`, `Run \`${buildCommand} ${architecture}\`.`, {
    platform: `${os}/${architecture}`,
  });
}
