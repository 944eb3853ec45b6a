export { buildRuntime, ensureRuntime, type BuildOptions } from "./runtime.ts";
export { layersDir, loadRuntime } from "./runtime-file.ts";
export { makeCacheDir } from "./cache-dir.ts";
export { wheelFiles } from "./fetch.ts";
export { readLock, type Architecture, type RuntimeLock } from "./lock-file.ts";
