import { basename } from "node:path";
import { step, type Context } from "../events/events.ts";
import { databaseFiles, siteFiles, toArguments, toEnvironment, type ServedFile } from "../site/serve.ts";
import type { Site } from "../site/site.ts";
import { canonicalJson } from "../oci/canonical-json.ts";
import { digestOf } from "../oci/digest.ts";
import { writeLayer } from "../oci/layer.ts";
import { ociManifest } from "../oci/manifest.ts";
import { sizeOf } from "../oci/tar.ts";
import type { Image, ImageFile, Layer } from "../oci/types.ts";
import type { Runtime } from "./runtime.ts";

/** The port a site listens on unless the host sets `PORT`. */
export const defaultPort = 8006;
export type DefaultPort = typeof defaultPort;

/** Image label that holds the site's name; a provider finds a site's containers by it. */
export const siteLabel = "io.datasette.publish.site";
export type SiteLabel = typeof siteLabel;

/** Every image says it was made then, so that the clock decides no digest. */
const created = "1970-01-01T00:00:00Z";

/**
 * Puts a site on top of a runtime: one layer per database, one for the site's own files, then config and manifest.
 * Writes the new layers' blobs into `workDir`; nothing is run. Same site and runtime, same digests.
 *
 * @throws PublishError `IMAGE_INVALID`, `INPUT_CHANGED`; system errors of the file system as they are
 */
export async function assemble(site: Site, runtime: Runtime, workDir: string, ctx: Context): Promise<Image> {
  return step(ctx, "assemble", "Assemble the image", async ({ progress }) => {
    const contents = contentsOf(site);
    const totalBytes = await totalSize(contents);
    let doneBytes = 0;
    const count = (bytes: number) => progress((doneBytes = Math.min(totalBytes, doneBytes + bytes)), totalBytes, "bytes");
    const layers = [...runtime.layers];
    for (const { files, createdBy } of contents) layers.push(await writeLayer(files, workDir, createdBy, ctx, count));
    return composeImage(site, runtime, layers);
  });
}

interface LayerContent {
  readonly createdBy: string;
  readonly files: readonly ImageFile[];
}

function contentsOf({ name, serve }: Site): LayerContent[] {
  const data = databaseFiles(serve).map((file) => contentOf(`database ${basename(file.name)}`, [file]));
  return [...data, contentOf(`site ${name}`, siteFiles(serve))];
}

function contentOf(what: string, files: readonly ServedFile[]): LayerContent {
  return { createdBy: `datasette-publish: ${what}`, files: files.map((file) => ({ ...file, mode: 0o444 })) };
}

async function totalSize(contents: readonly LayerContent[]): Promise<number> {
  const sizes = await Promise.all(contents.flatMap(({ files }) => files).map(sizeOf));
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

/** image-spec, "Image Configuration": one history entry per layer, which some hosts require. */
function composeConfig(
  { name, serve }: Site,
  { platform, env, user, entrypoint, ...runtime }: Runtime,
  layers: readonly Layer[],
): Uint8Array {
  const title = serve.metadata["title"];
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
        "org.opencontainers.image.title": typeof title === "string" ? title : name,
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
