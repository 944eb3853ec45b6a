import { readFile } from "node:fs/promises";
import { step, type Context, type ImageFile } from "@datasette-publish/core";
import { closeOverLibraries } from "./closure.ts";
import { readDeb } from "./deb.ts";
import { readElf } from "./elf.ts";
import { fetchDebs, fetchWheels } from "./fetch.ts";
import type { Architecture, LockedPackages } from "./lock-file.ts";
import { libraryDirs, sliceSystem } from "./slice.ts";
import { launcherFiles, sourcePath } from "./sources.ts";
import { readWheel } from "./wheel.ts";

/** Debian's folder for packages; its `site` module puts it on `sys.path`, after `/usr/local/lib/python3.13/dist-packages` for plugins. */
const packagesDir = "usr/lib/python3/dist-packages";

/** The files of the two code layers, before they are packed. */
interface RuntimeFiles {
  /** Debian's part: loader, C library, OpenSSL, SQLite, CPython. */
  readonly system: readonly ImageFile[];
  /** Datasette, what it depends on, and the launcher. */
  readonly datasette: readonly ImageFile[];
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
  const wheels = [...(await Promise.all(wheelPaths.map((path) => readWheel(path, packagesDir)))).flat(), ...(await readLauncher())];
  const extensions = wheels.filter(({ source }) => source instanceof Uint8Array && readElf(source) !== null);
  const debs = await step(ctx, "runtime.slice", "Slice Debian packages", async () => {
    const read = [];
    for (const path of debPaths) read.push(await readDeb(await readFile(path)));
    return sliceSystem(read, architecture, extensions);
  });
  if (!bytecode) return { system: debs, datasette: wheels };
  return step(ctx, "runtime.bytecode", "Compile Python to bytecode", async () => {
    const { makeCompiler } = await import("./bytecode.ts");
    const compile = await makeCompiler();
    const system = await compile(debs, ctx.signal);
    const datasette = await compile(wheels, ctx.signal);
    const all = new Map([...system, ...datasette].map((file) => [file.name, file]));
    closeOverLibraries(all.keys(), all, libraryDirs[architecture]);
    return { system, datasette };
  });
}

async function readLauncher(): Promise<ImageFile[]> {
  const names = await launcherFiles();
  return Promise.all(names.map(async (name) => ({ name: `app/${name}`, mode: 0o644, source: await readFile(sourcePath(name)) })));
}
