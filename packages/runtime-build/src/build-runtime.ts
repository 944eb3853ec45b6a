import { chmod, mkdir, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import {
  isPublishError,
  layerFile,
  replaceFile,
  step,
  writeLayer,
  type Context,
  type LayerFile,
  type SitePlatform,
} from "@datasette-publish/core";
import { layersDir, lines, loadRuntime, runtimeFile, type Line, type LoadedRuntime } from "@datasette-publish/runtime";
import { collectFiles, type DatasetteFiles } from "./collect-files.ts";
import { architectures, readLock, type RuntimeLock } from "./lock-file.ts";
import { readSlim } from "./slim/list.ts";
import { hashSources } from "./sources.ts";

const user = "65532:65532";
const entrypoint = ["/usr/bin/python3.13", "-I", "/app/launch.pyc"];
/** The last two have memory that a large answer took go back at once: one heap for all threads, and none of it for what is large. */
const env = ["PATH=/usr/bin", "LANG=C.UTF-8", "MALLOC_ARENA_MAX=1", "MALLOC_MMAP_THRESHOLD_=262144"];

/** A runtime and what it was built by, as its file says. */
export interface BuiltRuntime extends LoadedRuntime {
  /** SHA-256 over the sources of this package. */
  readonly sourceSha256: string;
}

/**
 * The code layers of one platform, for every line, in `dir`: those that are there when the lock files and the sources are
 * still the same, or else new ones, the same bytes on any machine. Needs the network for what the cache does not hold, and
 * pip; neither Docker nor Python of that version.
 *
 * @throws PublishError `PIP_MISSING`, `RUNTIME_DOWNLOAD_FAILED`, `RUNTIME_PACKAGE_GONE`, `RUNTIME_LIBRARY_UNRESOLVED`
 */
export async function buildRuntimes(platform: SitePlatform, ctx: Context, dir = layersDir): Promise<BuiltRuntime[]> {
  const built = await findBuilt(platform, dir);
  if (built !== null) return built;
  await mkdir(dirname(dir), { recursive: true });
  const partial = await mkdtemp(`${dir}.partial-`);
  try {
    const runtimes = await writeLayers(platform, partial, ctx);
    await mkdir(dir, { recursive: true });
    await chmod(dir, 0o755);
    await takeLayers(runtimes, dir);
    await removeUnused(dir);
    return runtimes.map((runtime) => ({ ...runtime, layers: runtime.layers.map((layer) => movedTo(dir, layer)) }));
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

/** What an earlier build left in `dir`; null when something is missing, or is of another lock file or of other sources. */
export async function findBuilt(platform: SitePlatform, dir: string): Promise<BuiltRuntime[] | null> {
  const sourceSha256 = await hashSources();
  const found: BuiltRuntime[] = [];
  for (const line of lines) {
    const runtime = (await loadRuntime(platform, line, dir).catch(missingIsNull)) as BuiltRuntime | null;
    if (runtime?.lockSha256 !== (await readLock(line)).sha256 || runtime.sourceSha256 !== sourceSha256) return null;
    found.push(runtime);
  }
  return found;
}

function missingIsNull(error: unknown): null {
  if (isPublishError(error) && error.code === "RUNTIME_MISSING") return null;
  throw error;
}

/** Packs every layer of a platform into a folder; the runtimes are in the order of the lines. */
async function writeLayers(platform: SitePlatform, dir: string, ctx: Context): Promise<BuiltRuntime[]> {
  const locks = new Map<Line, RuntimeLock>();
  for (const line of lines) locks.set(line, await readLock(line));
  const files = await collectFiles(locks, platform.architecture, ctx);
  const sourceSha256 = await hashSources();
  return step(ctx, "runtime.layers", "Write layers", async () => {
    const runtimes: BuiltRuntime[] = [];
    let system: LayerFile | undefined;
    for (const [line, { debian, datasette, sha256: lockSha256 }] of locks) {
      const { suite, pythonVersion, lockedOn } = debian;
      const { datasetteVersion } = datasette;
      system ??= await writeLayer(files.system, dir, `Debian 13 (${suite}): CPython ${pythonVersion}, sliced`, ctx);
      const layers = [system, ...(await writeDatasette(files.datasette.get(line)!, dir, datasetteVersion, ctx))];
      const about = { datasetteVersion, pythonVersion, lockedAt: `${lockedOn}T00:00:00Z`, lockSha256, sourceSha256 };
      runtimes.push({ platform, layers, entrypoint, env, user, ...about, slim: await readSlim(line, platform.architecture) });
    }
    return runtimes;
  });
}

async function writeDatasette({ native, python }: DatasetteFiles, dir: string, version: string, ctx: Context): Promise<LayerFile[]> {
  return [
    await writeLayer(native, dir, `Native code for Datasette ${version}`, ctx),
    await writeLayer(python, dir, `Datasette ${version}`, ctx),
  ];
}

/** Moves layers into the folder, then writes the files that name them, so that a reader never sees half a runtime. */
async function takeLayers(runtimes: readonly BuiltRuntime[], dir: string): Promise<void> {
  const paths = new Set(runtimes.flatMap(({ layers }) => layers.map(({ path }) => path)));
  for (const path of paths) await rename(path, join(dir, basename(path)));
  for (const [at, runtime] of runtimes.entries()) {
    const layers = runtime.layers.map((layer) => ({ ...layer, path: basename(layer.path) }));
    const text = `${JSON.stringify({ ...runtime, layers }, null, 2)}\n`;
    await replaceFile(join(dir, runtimeFile(runtime.platform, lines[at]!)), text, 0o644);
  }
}

/** Removes layers that no runtime names any more. */
async function removeUnused(dir: string): Promise<void> {
  const kept = new Set<string>();
  for (const architecture of architectures)
    for (const line of lines) {
      const platform = { os: "linux", architecture } as const;
      kept.add(runtimeFile(platform, line));
      const runtime = await loadRuntime(platform, line, dir).catch(missingIsNull);
      for (const { path } of runtime?.layers ?? []) kept.add(basename(path));
    }
  for (const name of await readdir(dir)) if (!kept.has(name)) await rm(join(dir, name), { recursive: true });
}

function movedTo(dir: string, layer: LayerFile): LayerFile {
  return layerFile({ ...layer, path: resolve(dir, basename(layer.path)) });
}
