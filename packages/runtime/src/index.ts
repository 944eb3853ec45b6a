export { ensureRuntime, loadRuntime } from "./load.ts";
export { layersDir, wheelsDir } from "./folders.ts";
export { wheelFiles } from "./wheels.ts";
