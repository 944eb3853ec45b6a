import { dirname } from "node:path";
import { buffer } from "node:stream/consumers";
import { openPromise, type Entry, type ZipFile } from "yauzl";

/** The part of Emscripten's file system that unpacking needs. */
export interface MemoryFs {
  mkdirTree(path: string): void;
  writeFile(path: string, data: Uint8Array, options?: { canOwn: boolean }): void;
}

/** Files of wheels: path below the folder of packages, bytes. */
export type WheelFiles = (readonly [string, Uint8Array])[];

/** Whether a wheel's native code is WebAssembly's, by the platform in its name (PEP 783). */
export function isWebAssembly(path: string): boolean {
  return path.endsWith("_wasm32.whl");
}

/** The files of one wheel (a ZIP file), without native libraries unless they are WebAssembly's. */
export async function readWheel(path: string): Promise<WheelFiles> {
  const zip = await openPromise(path);
  const files: [string, Uint8Array][] = [];
  for await (const entry of zip.eachEntry()) {
    if (entry.fileName.endsWith("/")) continue;
    if (!isWebAssembly(path) && /\.(?:so|pyd|dylib)$/.test(entry.fileName)) continue;
    files.push([entry.fileName, await readEntry(zip, entry)]);
  }
  return files;
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
