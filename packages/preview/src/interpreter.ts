import { loadPyodide, type PyodideAPI } from "pyodide";
import { shim } from "./shim.ts";
import type { OpenSnapshot, Snapshot } from "./snapshot.ts";
import { readWheel, writeFiles } from "./unpack-wheels.ts";

const env = { HOME: "/home/pyodide" };
const packages = "/site-packages";

/** The part of Pyodide's module that its types leave out. SQLite's own generator, asked for 0 bytes, is seeded anew at its next use. */
type WasmModule = Record<"growMemory" | "_sqlite3_randomness", (...numbers: number[]) => void>;

/** A Python that has imported Datasette from wheels, with what a {@link Snapshot} of it needs besides. */
export interface Fresh extends Omit<Snapshot, "memory"> {
  readonly python: PyodideAPI;
}

/** Loads Python and imports Datasette, step by step. */
export async function loadFromWheels(paths: readonly string[], print: (text: string) => void): Promise<Fresh> {
  const options = { stdout: print, stderr: print, env, _makeSnapshot: true };
  const [python, wheels] = await Promise.all([loadPyodide(options), Promise.all(paths.map(readWheel))]);
  const files = wheels.flat();
  writeFiles(python.FS, packages, files);
  python.runPython(shim);
  return { python, files };
}

/**
 * A Python that has imported Datasette, in the state that a snapshot holds; its randomness is drawn anew.
 * The snapshot is still decompressed while WebAssembly is compiled. The module is made with its first 30 MB of memory
 * whatever is asked for, so it grows before the snapshot is copied into it.
 */
export async function loadFromSnapshot({ memoryBytes, content }: OpenSnapshot, print: (text: string) => void): Promise<PyodideAPI> {
  const snapshot = new Uint8Array(memoryBytes);
  const wasm: WasmModule[] = [];
  const { default: createPyodideModule } = await import("pyodide/pyodide.asm.mjs");
  const python = await loadPyodide({
    stdout: print,
    stderr: print,
    env,
    _loadSnapshot: snapshot,
    async createPyodideModule(settings) {
      const [module, { memory }] = await Promise.all([createPyodideModule(settings), content]);
      snapshot.set(memory);
      wasm.push(module as unknown as WasmModule);
      wasm[0]?.growMemory(memoryBytes);
      return module;
    },
  });
  // Pyodide holds on to its options: let the copy go.
  snapshot.buffer.transfer(0);
  writeFiles(python.FS, packages, (await content).files);
  python.globals.get("draw_again")();
  wasm[0]?.["_sqlite3_randomness"](0, 0);
  return python;
}

/** The last line of a Python traceback, which names the exception. */
export function lastLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.trim().split("\n").at(-1) ?? text;
}
