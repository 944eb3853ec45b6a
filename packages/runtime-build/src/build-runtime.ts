import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { isPublishError, step, writeLayer, type Context, type Platform, type Runtime } from "@datasette-publish/core";
import { layersDir, loadRuntime } from "@datasette-publish/runtime";
import { collectFiles } from "./collect-files.ts";
import { readLock } from "./lock-file.ts";
import { replaceDir } from "./replace-dir.ts";
import { hashSources } from "./sources.ts";

const user = "65532:65532";
const entrypoint = ["/usr/bin/python3.13", "-I", "/app/launch.pyc"];
const env = ["PATH=/usr/bin", "LANG=C.UTF-8"];

/** A runtime and what it was built by, as `runtime.json` says. */
export interface BuiltRuntime extends Runtime {
  /** SHA-256 over the sources of this package. */
  readonly sourceSha256: string;
}

/**
 * The code layers of one platform in `dir`: those that are there when the lock file and the sources are still the same, or
 * else new ones, the same bytes on any machine. Needs the network for what the cache does not hold, and pip; neither
 * Docker nor Python of that version.
 *
 * @throws PublishError `PIP_MISSING`, `RUNTIME_DOWNLOAD_FAILED`, `RUNTIME_PACKAGE_GONE`, `RUNTIME_LIBRARY_UNRESOLVED`
 */
export async function buildRuntime(platform: Platform, ctx: Context, dir = layersDir(platform)): Promise<BuiltRuntime> {
  const built = await findBuilt(platform, dir);
  if (built !== null) return built;
  const { lock, sha256: lockSha256 } = await readLock();
  const { datasetteVersion, pythonVersion, debianSuite } = lock;
  const files = await collectFiles(lock.architectures[platform.architecture], platform.architecture, ctx);
  await mkdir(dirname(dir), { recursive: true });
  const partial = await mkdtemp(`${dir}.partial-`);
  try {
    await chmod(partial, 0o755);
    const layers = await step(ctx, "runtime.layers", "Write layers", async () => [
      await writeLayer(files.system, partial, `Debian 13 (${debianSuite}): CPython ${pythonVersion}, sliced`, ctx),
      await writeLayer(files.datasette, partial, `Datasette ${datasetteVersion}`, ctx),
    ]);
    const runtime = { platform, layers, entrypoint, env, user, datasetteVersion, pythonVersion, lockSha256 };
    return await storeRuntime({ ...runtime, sourceSha256: await hashSources() }, partial, dir);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

/** What an earlier build left in `dir`; null when there is nothing, or something of another lock file or of other sources. */
export async function findBuilt(platform: Platform, dir: string): Promise<BuiltRuntime | null> {
  try {
    const built = (await loadRuntime(platform, dir)) as BuiltRuntime;
    const isCurrent = built.lockSha256 === (await readLock()).sha256 && built.sourceSha256 === (await hashSources());
    return isCurrent ? built : null;
  } catch (error) {
    if (isPublishError(error) && error.code === "RUNTIME_MISSING") return null;
    throw error;
  }
}

/** Writes `runtime.json` into a new folder beside `dir`, which then takes its place, so that a reader never sees half of it. */
async function storeRuntime(runtime: BuiltRuntime, partial: string, dir: string): Promise<BuiltRuntime> {
  const layers = runtime.layers.map((layer) => ({ ...layer, path: relative(partial, layer.path) }));
  await writeFile(join(partial, "runtime.json"), `${JSON.stringify({ ...runtime, layers }, null, 2)}\n`);
  await replaceDir(partial, dir);
  return { ...runtime, layers: layers.map((layer) => ({ ...layer, path: resolve(dir, layer.path) })) };
}
