import { basename, dirname } from "node:path";
import { buffer } from "node:stream/consumers";
import { openPromise, type Entry, type ZipFile } from "yauzl";

/** The part of Emscripten's file system that unpacking needs. */
export interface MemoryFs {
  mkdirTree(path: string): void;
  writeFile(path: string, data: Uint8Array, options?: { canOwn: boolean }): void;
}

/** Files of wheels: path below the folder of packages, bytes. */
export type WheelFiles = (readonly [string, Uint8Array])[];

/** A wheel's files in memory, without native libraries, which WebAssembly cannot load. */
export interface UnpackedWheel {
  /** Its file name. */
  readonly name: string;
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Whether it is a Datasette plugin with native code: it cannot be shown here. */
  readonly leftOut: boolean;
}

/** Reads one wheel (a ZIP file). */
export async function readWheel(path: string): Promise<UnpackedWheel> {
  const zip = await openPromise(path);
  const files = new Map<string, Uint8Array>();
  let native = false;
  for await (const entry of zip.eachEntry()) {
    if (entry.fileName.endsWith("/")) continue;
    if (/\.(?:so|pyd|dylib)$/.test(entry.fileName)) native = true;
    else files.set(entry.fileName, await readEntry(zip, entry));
  }
  return { name: basename(path), files, leftOut: native && isPlugin(files) };
}

/** Writes files below `root`. The file system keeps the very bytes: it copies none. */
export function writeFiles(fs: MemoryFs, root: string, files: WheelFiles): void {
  const made = new Set<string>();
  for (const [name, data] of files) {
    const path = `${root}/${name}`;
    const dir = dirname(path);
    if (!made.has(dir)) fs.mkdirTree(dir);
    made.add(dir);
    fs.writeFile(path, data, { canOwn: true });
  }
}

async function readEntry(zip: ZipFile, entry: Entry): Promise<Uint8Array> {
  return await buffer(await zip.openReadStreamPromise(entry));
}

function isPlugin(files: ReadonlyMap<string, Uint8Array>): boolean {
  const [, entryPoints] = [...files].find(([name]) => name.endsWith(".dist-info/entry_points.txt")) ?? [];
  return entryPoints !== undefined && /^\[datasette\]/m.test(new TextDecoder().decode(entryPoints));
}
