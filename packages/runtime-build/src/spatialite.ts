import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { isPublishError, layerFile, step, writeLayer, type Context, type ImageFile, type SitePlatform } from "@datasette-publish/core";
import { closeOverLibraries } from "@datasette-publish/plugins";
import { loadSpatialite, spatialiteDir, spatialiteFile, type Spatialite } from "@datasette-publish/runtime";
import { readDeb, type Deb } from "./deb.ts";
import { fetchDebs } from "./fetch.ts";
import { readSpatialiteLock, type Architecture, type LockedDeb } from "./lock-file.ts";
import { replaceDir } from "./replace-dir.ts";
import { addLicences, libraryDirs, mergeDebs, packageRecord, sliceSystem } from "./slice.ts";
import { hashSources } from "./sources.ts";

/** What transforms coordinates; the grids beside it, 24 MB, make some of that more exact. */
const projection = "usr/share/proj/proj.db";

/** A layer of SpatiaLite and what it was built by, as its file says. */
export interface BuiltSpatialite extends Spatialite {
  readonly platform: SitePlatform;
  readonly lockSha256: string;
  readonly sourceSha256: string;
}

/**
 * The layer of SpatiaLite for one platform, in `dir`: the one that is there when lock files and sources are still the same, or else a new one,
 * the same bytes on any machine. It lies on the system layer, whatever the line.
 *
 * @throws PublishError `RUNTIME_DOWNLOAD_FAILED`, `RUNTIME_PACKAGE_GONE`, `RUNTIME_LIBRARY_UNRESOLVED`
 */
export async function buildSpatialite(platform: SitePlatform, ctx: Context, dir = spatialiteDir(platform)): Promise<BuiltSpatialite> {
  const { debian, spatialite, sha256: lockSha256 } = await readSpatialiteLock();
  const sourceSha256 = await hashSources();
  const found = (await loadSpatialite(platform, dir).catch(missingIsNull)) as BuiltSpatialite | null;
  if (found?.lockSha256 === lockSha256 && found.sourceSha256 === sourceSha256) return found;
  const { architecture } = platform;
  const system = await readDebs(debian.debs[architecture], ctx);
  const files = sliceSpatialite(await readDebs(spatialite.debs[architecture], ctx), system, architecture);
  await mkdir(dirname(dir), { recursive: true });
  const partial = await mkdtemp(`${dir}.partial-`);
  try {
    await chmod(partial, 0o755);
    const title = `SpatiaLite ${spatialite.spatialiteVersion}`;
    const layer = await step(ctx, "runtime.spatialite", "Write the layer of SpatiaLite", () => writeLayer(files, partial, title, ctx));
    const built = { platform, version: spatialite.spatialiteVersion, layer, lockSha256, sourceSha256 };
    const text = `${JSON.stringify({ ...built, layer: { ...layer, path: basename(layer.path) } }, null, 2)}\n`;
    await writeFile(join(partial, spatialiteFile), text);
    await replaceDir(partial, dir);
    return { ...built, layer: layerFile({ ...layer, path: join(dir, basename(layer.path)) }) };
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

async function readDebs(locked: readonly LockedDeb[], ctx: Context): Promise<Deb[]> {
  const debs: Deb[] = [];
  for (const path of await fetchDebs(locked, ctx)) debs.push(await readDeb(await readFile(path)));
  return debs;
}

/**
 * The module, the libraries that it needs and the system layer does not have, PROJ's database, licences, package records for scanners.
 * Some of those libraries are in packages of the system, which nothing there needs.
 */
export function sliceSpatialite(own: readonly Deb[], system: readonly Deb[], architecture: Architecture): ImageFile[] {
  const base = new Map(sliceSystem(system, architecture).map((file) => [file.name, file]));
  const ownFiles = mergeDebs(own);
  const files = new Map([...ownFiles, ...mergeDebs(system), ...base]);
  const dirs = libraryDirs[architecture];
  const wanted = closeOverLibraries([`${dirs[0]}/mod_spatialite.so`, projection], files, dirs);
  addLicences(ownFiles, wanted);
  const chosen = [...wanted].filter((name) => !base.has(name)).flatMap((name) => files.get(name) ?? []);
  return [...chosen, ...own.flatMap(packageRecord)];
}

function missingIsNull(error: unknown): null {
  if (isPublishError(error) && error.code === "RUNTIME_MISSING") return null;
  throw error;
}
