import { dirname } from "node:path";
import { buffer } from "node:stream/consumers";
import { openPromise, type Entry, type ZipFile } from "yauzl";

/** The part of Emscripten's file system that unpacking needs. */
export interface MemoryFs {
  mkdirTree(path: string): void;
  writeFile(path: string, data: Uint8Array): void;
  utime(path: string, atimeMs: number, mtimeMs: number): void;
}

/** A wheel's files in memory, without native libraries, which WebAssembly cannot load. */
export interface UnpackedWheel {
  readonly path: string;
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Whether it is a Datasette plugin with native code: it cannot be shown here. */
  readonly nativePlugin: boolean;
}

/** Python takes bytecode only when the source's time is the one it was compiled at. */
const fixedTimeMs = Date.UTC(2000, 0);

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
  return { path, files, nativePlugin: native && isPlugin(files) };
}

/** Writes a wheel's files below `root`. */
export function writeWheel(fs: MemoryFs, root: string, wheel: UnpackedWheel): void {
  const made = new Set<string>();
  for (const [name, data] of wheel.files) {
    const path = `${root}/${name}`;
    const dir = dirname(path);
    if (!made.has(dir)) fs.mkdirTree(dir);
    made.add(dir);
    fs.writeFile(path, data);
    fs.utime(path, fixedTimeMs, fixedTimeMs);
  }
}

async function readEntry(zip: ZipFile, entry: Entry): Promise<Uint8Array> {
  return await buffer(await zip.openReadStreamPromise(entry));
}

function isPlugin(files: ReadonlyMap<string, Uint8Array>): boolean {
  const [, entryPoints] = [...files].find(([name]) => name.endsWith(".dist-info/entry_points.txt")) ?? [];
  return entryPoints !== undefined && /^\[datasette\]/m.test(new TextDecoder().decode(entryPoints));
}
