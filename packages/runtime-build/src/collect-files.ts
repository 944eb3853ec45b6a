import { readFile } from "node:fs/promises";
import { step, type Context, type ImageFile } from "@datasette-publish/core";
import { closeOverLibraries, readWheel } from "@datasette-publish/plugins";
import type { Line } from "@datasette-publish/runtime";
import { compileLayer } from "./compile.ts";
import { readDeb } from "./deb.ts";
import { fetchDebs, fetchWheels } from "./fetch.ts";
import type { Architecture, RuntimeLock } from "./lock-file.ts";
import { libraryDirs, packagesDir, sliceSystem } from "./slice.ts";
import { launcherFiles, sourcePath } from "./sources.ts";

/** The files of what is put on top of the system for one line, before they are packed. */
export interface DatasetteFiles {
  /** What has native code, with all of its Python. */
  readonly native: readonly ImageFile[];
  /** Datasette, the rest of what it depends on, and the launcher: the same for every platform. */
  readonly python: readonly ImageFile[];
}

/** The files of all code layers of one platform. */
export interface RuntimeFiles {
  /** Debian's part: loader, C library, OpenSSL, SQLite, CPython. Every line has it. */
  readonly system: readonly ImageFile[];
  readonly datasette: ReadonlyMap<Line, DatasetteFiles>;
}

/**
 * Every file of the layers; each library that one of them needs is among them.
 * With `bytecode: false` Python's files stay sources, for the benchmark that compares the two.
 */
export async function collectFiles(
  locks: ReadonlyMap<Line, RuntimeLock>,
  architecture: Architecture,
  ctx: Context,
  { bytecode = true }: { bytecode?: boolean } = {},
): Promise<RuntimeFiles> {
  const [{ debian }] = [...locks.values()] as [RuntimeLock];
  const debPaths = await fetchDebs(debian.debs[architecture], ctx);
  const system = await step(ctx, "runtime.slice", "Slice Debian packages", async () => {
    const debs = [];
    for (const path of debPaths) debs.push(await readDeb(await readFile(path)));
    return sliceSystem(debs, architecture);
  });
  const datasette = new Map<Line, DatasetteFiles>();
  for (const [line, lock] of locks) datasette.set(line, await readDatasette(lock, architecture, ctx));
  if (!bytecode) return { system, datasette };
  const compiled = await step(ctx, "runtime.bytecode", "Compile Python to bytecode", () => compileAll({ system, datasette }, ctx));
  for (const { native, python } of compiled.datasette.values()) {
    const all = new Map([...compiled.system, ...native, ...python].map((file) => [file.name, file]));
    closeOverLibraries(all.keys(), all, libraryDirs[architecture]);
  }
  return compiled;
}

async function readDatasette({ datasette }: RuntimeLock, architecture: Architecture, ctx: Context): Promise<DatasetteFiles> {
  const paths = await fetchWheels(datasette.wheels[architecture], architecture, ctx);
  const pure = new Set(paths.filter((path) => path.endsWith("-none-any.whl")));
  return {
    native: await readWheels(paths.filter((path) => !pure.has(path))),
    python: [...(await readWheels([...pure])), ...(await readLauncher())],
  };
}

async function readWheels(paths: readonly string[]): Promise<ImageFile[]> {
  return (await Promise.all(paths.map((path) => readWheel(path, packagesDir)))).flat();
}

async function compileAll({ system, datasette }: RuntimeFiles, { signal }: Context): Promise<RuntimeFiles> {
  const compiled = new Map<Line, DatasetteFiles>();
  for (const [line, { native, python }] of datasette)
    compiled.set(line, { native: await compileLayer(native, signal), python: await compileLayer(python, signal) });
  return { system: await compileLayer(system, signal), datasette: compiled };
}

async function readLauncher(): Promise<ImageFile[]> {
  const names = await launcherFiles();
  return Promise.all(names.map(async (name) => ({ name: `app/${name}`, mode: 0o644, source: await readFile(sourcePath(name)) })));
}
