import { join } from "node:path";
import type { Platform } from "@datasette-publish/core";

/** This package's folder, from `src` as from `dist`. */
const packageDir = join(import.meta.dirname, "..");

/** Folder of the layers of one platform, with `runtime.json`. */
export function layersDir({ os, architecture }: Platform): string {
  return join(packageDir, "layers", `${os}-${architecture}`);
}

/** Folder of the wheels of Datasette and of what it depends on. */
export const wheelsDir = join(packageDir, "wheels");
