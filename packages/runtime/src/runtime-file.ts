import { createHash } from "node:crypto";
import { access, constants, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative, resolve } from "node:path";
import { PublishError, type Platform, type Runtime } from "@datasette-publish/core";
import { makeCacheDir } from "./cache-dir.ts";
import { holds } from "./fetch.ts";
import { readLock } from "./lock-file.ts";
import { buildCommand, packageDir } from "./package-dir.ts";

/** `runtime.json`: a {@link Runtime} with the layers' paths relative to it, and what it was built by. */
interface RuntimeFile extends Runtime {
  readonly sourceSha256: string | null;
}

/** Folder that holds the built layers of one platform. */
export function layersDir(platform: Platform): string {
  return join(packageDir, "layers", `${platform.os}-${platform.architecture}`);
}

/**
 * Where a machine's own build goes: this package's folder, or the cache where another user installed the package.
 * There by version: the layers of one are of no use to the next.
 */
export async function buildDir(platform: Platform, dir = layersDir(platform)): Promise<string> {
  try {
    await mkdir(dirname(dir), { recursive: true });
    await access(dirname(dir), constants.W_OK);
    return dir;
  } catch {
    const { version } = JSON.parse(await readFile(join(packageDir, "package.json"), "utf8")) as { version: string };
    return join(await makeCacheDir("layers", version), basename(dir));
  }
}

/**
 * The runtime built for `platform`.
 *
 * @throws PublishError `RUNTIME_MISSING` when there is none, a damaged one, or one of another lock file or of other sources
 */
export async function loadRuntime(platform: Platform, dir = layersDir(platform)): Promise<Runtime> {
  const text = await readFile(join(dir, "runtime.json"), "utf8").catch(() => null);
  if (text === null) throw missing(platform, "is not built yet");
  const { sourceSha256, ...runtime } = JSON.parse(text) as RuntimeFile;
  const sources = await hashSources();
  const current = runtime.lockSha256 === (await readLock()).sha256 && (sources === null || sources === sourceSha256);
  if (!current) throw missing(platform, "was built from another lock file or other sources");
  const layers = runtime.layers.map((layer) => ({ ...layer, path: resolve(dir, layer.path) }));
  for (const { path, descriptor } of layers) {
    if (!(await holds(path, descriptor.digest.slice("sha256:".length)))) throw missing(platform, "lacks a layer, or has a damaged one");
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
  await replaceDir(builtDir, dir);
  return { ...runtime, layers: file.layers.map((layer) => ({ ...layer, path: resolve(dir, layer.path) })) };
}

/** Another process may put its own folder there between the two steps: then again. */
async function replaceDir(from: string, to: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    await rm(to, { recursive: true, force: true });
    try {
      await rename(from, to);
      return;
    } catch (error) {
      if (attempt === 3) throw error;
    }
  }
}

/** SHA-256 over this package's sources: what the layers' bytes depend on, other than the lock. Null when it runs built, without them. */
async function hashSources(): Promise<string | null> {
  const names = (await readdir(import.meta.dirname)).filter((name) => /(?<!\.test|\.d)\.ts$/.test(name)).sort();
  if (names.length === 0) return null;
  const hash = createHash("sha256");
  for (const path of [...names.map((name) => join(import.meta.dirname, name)), launcherPath]) hash.update(await readFile(path));
  return hash.digest("hex");
}

/** The launcher's source, which ships as bytecode. */
export const launcherPath = join(packageDir, "src", "launch.py");

function missing({ os, architecture }: Platform, problem: string): PublishError {
  return new PublishError(
    "RUNTIME_MISSING",
    `The runtime for ${os}/${architecture} ${problem}.`,
    `Run \`${buildCommand} ${architecture}\`.`,
    {
      platform: `${os}/${architecture}`,
    },
  );
}
