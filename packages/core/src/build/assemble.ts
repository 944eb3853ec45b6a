import { basename, join } from "node:path";
import { step } from "../events/events.ts";
import { databaseFiles, siteFiles, toArguments, toEnvironment, type ServedFile } from "../site/serve.ts";
import type { Site } from "../site/site.ts";
import { canonicalJson } from "../oci/canonical-json.ts";
import { digestOf } from "../oci/digest.ts";
import { writeLayer } from "../oci/layer.ts";
import { ociManifest } from "../oci/manifest.ts";
import { sizeOf } from "../oci/tar.ts";
import type { Image, ImageFile, Layer } from "../oci/types.ts";
import { dataLayer, type DataContent, type DataLayerContext } from "./data-layer.ts";
import { openLayerCache } from "./layer-cache.ts";
import type { Runtime } from "./runtime.ts";

/** The port a site listens on unless the host sets `PORT`. */
export const defaultPort = 8006;
export type DefaultPort = typeof defaultPort;

/** Image label that holds the site's name; a provider finds a site's containers by it. */
export const siteLabel = "io.datasette.publish.site";
export type SiteLabel = typeof siteLabel;

/** Begins what a layer that is the site's own says of itself; those of the runtime, which every site has, say something else. */
export const siteLayerPrefix = "datasette-publish: ";

/** Whether a layer is there for the site: its data, its files, its plugins. */
export function isSiteLayer({ createdBy }: Pick<Layer, "createdBy">): boolean {
  return createdBy.startsWith(siteLayerPrefix);
}

/** Every image says it was made then, so that the clock decides no digest. */
const created = "1970-01-01T00:00:00Z";

/** What a site is assembled with. */
export interface AssembleContext extends Omit<DataLayerContext, "cache"> {
  /** Folder in which layers of databases are kept for later; unset: below the work folder. */
  readonly cacheDir?: string | undefined;
}

/**
 * Puts a site on top of a runtime: one layer per database, one for the site's own files, then config and manifest.
 * Writes the new layers' blobs into `workDir`; nothing is run. Same site, runtime and compressor, same digests.
 *
 * @throws PublishError `IMAGE_INVALID`, `INPUT_CHANGED`; system errors of the file system as they are
 */
export async function assemble(site: Site, runtime: Runtime, workDir: string, ctx: AssembleContext): Promise<Image> {
  return step(ctx, "assemble", "Assemble the image", async ({ progress, cached }) => {
    const data = dataOf(site);
    const own = ownFiles(site);
    const totalBytes = await totalSize([...data.map(({ file }) => file), ...own]);
    let doneBytes = 0;
    const count = (bytes: number) => progress((doneBytes = Math.min(totalBytes, doneBytes + bytes)), totalBytes, "bytes");
    const cache = openLayerCache(ctx.cacheDir ?? join(workDir, "kept"));
    for (const layer of runtime.layers) ctx.ahead?.send(layer);
    const made = [];
    for (const content of data) made.push(await dataLayer(content, workDir, { ...ctx, cache }, count));
    if (made.length > 0 && made.every(({ isKept }) => isKept)) cached();
    const top = await writeLayer(own, workDir, `${siteLayerPrefix}site ${site.name}`, ctx, { onBytes: count });
    return composeImage(site, runtime, [...runtime.layers, ...made.map(({ layer }) => layer), top]);
  });
}

/**
 * What changes least lies lowest: databases below the site's own files, and the largest first, as an engine unpacks anew, and stores once more,
 * all that lies on a layer which changed. See docs/decisions/0024-data-layers.md.
 */
function dataOf({ dataset, serve }: Site): DataContent[] {
  const known = new Map(dataset.databases.map((database) => [database.path, database]));
  const served = databaseFiles(serve).map((file) => ({ file, database: known.get(String(file.source)) }));
  return served
    .toSorted((a, b) => (b.database?.sizeBytes ?? 0) - (a.database?.sizeBytes ?? 0))
    .map(({ file, database }) => ({
      createdBy: `${siteLayerPrefix}database ${basename(file.name)}`,
      file: readOnly(file),
      sha256: database?.sha256 ?? null,
    }));
}

function ownFiles({ serve }: Site): ImageFile[] {
  return siteFiles(serve).map(readOnly);
}

function readOnly(file: ServedFile): ImageFile {
  return { ...file, mode: 0o444 };
}

async function totalSize(files: readonly ImageFile[]): Promise<number> {
  const sizes = await Promise.all(files.map(sizeOf));
  return sizes.reduce((total, size) => total + size, 0);
}

function composeImage(site: Site, runtime: Runtime, layers: readonly Layer[]): Image {
  const config = composeConfig(site, runtime, layers);
  const manifest = ociManifest(config, layers);
  return {
    platform: runtime.platform,
    layers,
    config,
    configDigest: digestOf(config),
    manifest: manifest.bytes,
    mediaType: manifest.mediaType,
    manifestDigest: manifest.digest,
  };
}

const second = 1e9;

/** Docker's health check, which the image-spec reserves the field for, in nanoseconds. The launcher does it, as an image has no shell. */
function healthcheckOf(entrypoint: readonly string[]): object {
  return {
    Test: ["CMD", ...entrypoint, "healthcheck"],
    Interval: 30 * second,
    Timeout: 10 * second,
    StartPeriod: 30 * second,
    StartInterval: 2 * second,
    Retries: 3,
  };
}

/** image-spec, "Pre-Defined Annotation Keys": what registries and scanners show of an image. Manifest and index repeat them. */
function annotationsOf(
  name: string,
  { title, description, about_url: url }: Readonly<Record<string, unknown>>,
  { lockedAt, datasetteVersion }: Pick<Runtime, "lockedAt" | "datasetteVersion">,
): Record<string, string> {
  return {
    "org.opencontainers.image.title": typeof title === "string" ? title : name,
    ...(typeof description === "string" && { "org.opencontainers.image.description": description }),
    ...(typeof url === "string" && { "org.opencontainers.image.url": url }),
    // The day on which the packages were chosen: of the clock, the same site would have another digest each time.
    "org.opencontainers.image.created": lockedAt,
    "org.opencontainers.image.version": datasetteVersion,
  };
}

/** image-spec, "Image Configuration": one history entry per layer, which some hosts require. */
function composeConfig(
  { name, serve }: Site,
  { platform, env, user, entrypoint, ...runtime }: Runtime,
  layers: readonly Layer[],
): Uint8Array {
  const words = [...entrypoint, ...toArguments(serve)];
  return canonicalJson({
    created,
    architecture: platform.architecture,
    os: platform.os,
    config: {
      User: serve.user ?? user,
      Env: [...env, ...toEnvironment(serve), `PORT=${defaultPort}`],
      // Heroku joins an image's command into one argument and refuses an image without one (heroku/cli issue 930): so it is one word.
      Entrypoint: words.slice(0, -1),
      Cmd: words.slice(-1),
      ExposedPorts: { [`${defaultPort}/tcp`]: {} },
      WorkingDir: serve.workingDir,
      StopSignal: "SIGTERM",
      Healthcheck: healthcheckOf(entrypoint),
      Labels: {
        ...annotationsOf(name, serve.metadata, runtime),
        [siteLabel]: name,
        "io.datasette.publish.datasette-version": runtime.datasetteVersion,
        "io.datasette.publish.python-version": runtime.pythonVersion,
        "io.datasette.publish.lock-sha256": runtime.lockSha256,
      },
    },
    rootfs: { type: "layers", diff_ids: layers.map(({ diffId }) => diffId) },
    history: layers.map(({ createdBy }) => ({ created, created_by: createdBy })),
  });
}
