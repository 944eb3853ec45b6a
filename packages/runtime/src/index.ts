export { ensureRuntime, loadRuntime, type LoadedRuntime } from "./load.ts";
export { launcherDir, layersDir, runtimeFile, wheelsDir } from "./folders.ts";
export { launcherFiles } from "./launcher.ts";
export { defaultLine, lineOf, lines, lockedVersions, type Line } from "./lines.ts";
export { wheelFiles, wheelsFile } from "./wheels.ts";
