import { join } from "node:path";
import type { SitePlatform } from "@datasette-publish/core";
import type { Line } from "./lines.ts";

/** This package's folder, from `src` as from `dist`. */
const packageDir = join(import.meta.dirname, "..");

/** Folder of all layers, under their digests: those of Python code are the same for every platform. */
export const layersDir = join(packageDir, "layers");

/** Name of the file beside the layers that describes the runtime of one platform and line. */
export function runtimeFile({ os, architecture }: SitePlatform, line: Line): string {
  return `${os}-${architecture}-${line}.json`;
}

/** Folder of the sources of the launcher, which starts Datasette in an image. */
export const launcherDir = join(packageDir, "launcher");

/** Folder of the layer of SpatiaLite for one platform, and of the file that describes it. */
export function spatialiteDir({ os, architecture }: SitePlatform): string {
  return join(packageDir, "spatialite", `${os}-${architecture}`);
}

/** Name of the file beside the layer of SpatiaLite that describes it. */
export const spatialiteFile = "spatialite.json";

/** Folder of the wheels of Datasette and of what it depends on. */
export const wheelsDir = join(packageDir, "wheels");
