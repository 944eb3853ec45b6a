export { ensureRuntime, loadRuntime, type LoadedRuntime } from "./load.ts";
export { launcherDir, layersDir, runtimeFile, spatialiteDir, spatialiteFile, wheelsDir } from "./folders.ts";
export { launcherFiles } from "./launcher.ts";
export { defaultLine, lineOf, lines, lockedVersions, type Line } from "./lines.ts";
export { slimRuntime, type SlimOptions } from "./slim.ts";
export type { SlimPart } from "./slim-part.ts";
export { addSpatialite, loadSpatialite, type Spatialite } from "./spatialite.ts";
export { wheelFiles, wheelsFile } from "./wheels.ts";
