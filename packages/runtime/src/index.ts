export { ensureRuntime, loadRuntime, type LoadedRuntime } from "./load.ts";
export { layersDir, runtimeFile, spatialiteDir, spatialiteFile, wheelsDir } from "./folders.ts";
export { defaultLine, lineOf, lines, lockedVersions, type Line } from "./lines.ts";
export { addSpatialite, loadSpatialite, type Spatialite } from "./spatialite.ts";
export { wheelFiles, wheelsFile } from "./wheels.ts";
