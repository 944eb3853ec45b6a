export { ensureRuntime, loadRuntime, type LoadedRuntime } from "./load.ts";
export { layersDir, runtimeFile, wheelsDir } from "./folders.ts";
export { defaultLine, lineOf, lines, lockedVersions, type Line } from "./lines.ts";
export { slimRuntime, type SlimOptions } from "./slim.ts";
export type { SlimPart } from "./slim-part.ts";
export { wheelFiles, wheelsFile } from "./wheels.ts";
