import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { step, type Context, type LayerFile, type Runtime, type SitePlatform } from "@datasette-publish/core";
import { spatialiteDir, spatialiteFile } from "./folders.ts";
import { wholeLayer } from "./layer.ts";
import { missing } from "./missing.ts";

/** SpatiaLite, the extension of SQLite for geometries, with all that it needs besides a runtime. */
export interface Spatialite {
  /** SpatiaLite's own. */
  readonly version: string;
  readonly layer: LayerFile;
}

/**
 * The layer of SpatiaLite for one platform, in `dir`.
 *
 * @throws PublishError `RUNTIME_MISSING` when there is none, or it is damaged
 */
export async function loadSpatialite(platform: SitePlatform, dir = spatialiteDir(platform)): Promise<Spatialite> {
  const name = `${platform.os}/${platform.architecture}`;
  const fail = (problem: string) => missing(`SpatiaLite for ${name} ${problem}.`, { platform: name });
  const text = await readFile(join(dir, spatialiteFile), "utf8").catch(() => null);
  if (text === null) throw fail("is not built yet");
  const found = JSON.parse(text) as Spatialite;
  const layer = await wholeLayer(dir, found.layer);
  if (layer === null) throw fail("has a damaged layer");
  return { ...found, layer };
}

/** A runtime with SpatiaLite as one more layer, of which `Serve.spatialite` makes use. @throws PublishError `RUNTIME_MISSING` */
export async function addSpatialite<R extends Runtime>(runtime: R, ctx: Context): Promise<R> {
  const { platform } = runtime;
  const title = `Load SpatiaLite for ${platform.os}/${platform.architecture}`;
  const { layer } = await step(ctx, "runtime.spatialite", title, () => loadSpatialite(platform));
  return { ...runtime, layers: [...runtime.layers, layer] };
}
