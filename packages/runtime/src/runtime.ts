import { chmod, mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { isPublishError, step, writeLayer, type Context, type ImageFile, type Platform, type Runtime } from "@datasette-publish/core";
import { makeCompiler } from "./bytecode.ts";
import { closeOverLibraries } from "./closure.ts";
import { readDeb } from "./deb.ts";
import { readElf } from "./elf.ts";
import { fetchDebs, fetchWheels } from "./fetch.ts";
import { readLock, type Architecture, type LockedPackages } from "./lock-file.ts";
import { buildDir, launcherPath, layersDir, loadRuntime, storeRuntime } from "./runtime-file.ts";
import { libraryDirs, sliceSystem } from "./slice.ts";
import { readWheel } from "./wheel.ts";

/** Debian's folder for packages; its `site` module puts it on `sys.path`, after `/usr/local/lib/python3.13/dist-packages` for plugins. */
const packagesDir = "usr/lib/python3/dist-packages";

const user = "65532:65532";
const entrypoint = ["/usr/bin/python3.13", "-I", "/app/launch.pyc"];
const env = ["PATH=/usr/bin", "LANG=C.UTF-8"];

export interface BuildOptions {
  /** Where the layers go; unset: {@link buildDir}. */
  readonly outDir?: string;
}

/** The files of the two code layers, before they are packed. */
interface RuntimeFiles {
  /** Debian's part: loader, C library, OpenSSL, SQLite, CPython. */
  readonly system: readonly ImageFile[];
  /** Datasette, what it depends on, and the launcher. */
  readonly datasette: readonly ImageFile[];
}

/**
 * Builds the code layers of one platform from the lock file: the same bytes on any machine.
 * Needs the network for what the cache does not hold, and pip; neither Docker nor Python of that version.
 *
 * @throws PublishError `RUNTIME_DOWNLOAD_FAILED`, `RUNTIME_PACKAGE_GONE`, `RUNTIME_LIBRARY_UNRESOLVED`
 */
export async function buildRuntime(platform: Platform, ctx: Context, options: BuildOptions = {}): Promise<Runtime> {
  const { lock, sha256 } = await readLock();
  const dir = resolve(options.outDir ?? (await buildDir(platform)));
  const files = await collectFiles(lock.architectures[platform.architecture], platform.architecture, ctx);
  await mkdir(dirname(dir), { recursive: true });
  const builtDir = await mkdtemp(`${dir}.partial-`);
  try {
    await chmod(builtDir, 0o755);
    const layers = await step(ctx, "runtime.layers", "Write layers", async () => [
      await writeLayer(files.system, builtDir, `Debian 13 (${lock.debianSuite}): CPython ${lock.pythonVersion}, sliced`, ctx),
      await writeLayer(files.datasette, builtDir, `Datasette ${lock.datasetteVersion}`, ctx),
    ]);
    const { datasetteVersion, pythonVersion } = lock;
    return await storeRuntime(
      { platform, layers, entrypoint, env, user, datasetteVersion, pythonVersion, lockSha256: sha256 },
      builtDir,
      dir,
    );
  } finally {
    await rm(builtDir, { recursive: true, force: true });
  }
}

/** The runtime of one platform: the one that is built, or else a new one. */
export async function ensureRuntime(platform: Platform, ctx: Context): Promise<Runtime> {
  return step(ctx, "runtime", `Prepare Datasette for ${platform.os}/${platform.architecture}`, async (handle) => {
    const built = (await findRuntime(platform, layersDir(platform))) ?? (await findRuntime(platform, await buildDir(platform)));
    if (built !== null) handle.cached();
    return built ?? buildRuntime(platform, ctx);
  });
}

async function findRuntime(platform: Platform, dir: string): Promise<Runtime | null> {
  return loadRuntime(platform, dir).catch((error: unknown) => {
    if (isPublishError(error) && error.code === "RUNTIME_MISSING") return null;
    throw error;
  });
}

/**
 * Every file of both layers; each library that one of them needs is among them.
 * With `bytecode: false` Python's files stay sources, for the benchmark that compares the two.
 */
export async function collectFiles(
  packages: LockedPackages,
  architecture: Architecture,
  ctx: Context,
  { bytecode = true }: { bytecode?: boolean } = {},
): Promise<RuntimeFiles> {
  const [debPaths, wheelPaths] = await Promise.all([fetchDebs(packages.debs, ctx), fetchWheels(packages.wheels, architecture, ctx)]);
  const launcher: ImageFile = { name: "app/launch.py", mode: 0o644, source: await readFile(launcherPath) };
  const wheels = [...(await Promise.all(wheelPaths.map((path) => readWheel(path, packagesDir)))).flat(), launcher];
  const extensions = wheels.filter(({ source }) => source instanceof Uint8Array && readElf(source) !== null);
  const debs = await step(ctx, "runtime.slice", "Slice Debian packages", async () => {
    const read = [];
    for (const path of debPaths) read.push(await readDeb(await readFile(path)));
    return sliceSystem(read, architecture, extensions);
  });
  if (!bytecode) return { system: debs, datasette: wheels };
  return step(ctx, "runtime.bytecode", "Compile Python to bytecode", async () => {
    const compile = await makeCompiler();
    const system = await compile(debs, ctx.signal);
    const datasette = await compile(wheels, ctx.signal);
    const all = new Map([...system, ...datasette].map((file) => [file.name, file]));
    closeOverLibraries(all.keys(), all, libraryDirs[architecture]);
    return { system, datasette };
  });
}
