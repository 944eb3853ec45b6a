import { createHash } from "node:crypto";
import { mkdir, readFile, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import {
  layerFile,
  makeCacheDir,
  replaceFile,
  siteLayerPrefix,
  writeLayer,
  type Context,
  type Environment,
  type ImageFile,
  type LayerFile,
  type Runtime,
} from "@datasette-publish/core";
import { makeCompiler } from "./bytecode.ts";
import { requireLibraries } from "./linkage.ts";
import { readWheel } from "./wheel.ts";

/** Debian's `site` module puts this folder on `sys.path` before Datasette's own, once it is there. */
const packagesDir = "usr/local/lib/python3.13/dist-packages";

/** Raised when the same wheels become other bytes. */
const form = 2;

/**
 * One more layer, of the files of wheels as bytecode, for a runtime. It is the same bytes for the same wheels, and kept in the cache.
 * @throws PublishError `PLUGIN_UNSUPPORTED`
 */
export async function pluginLayer(
  wheels: readonly string[],
  runtime: Runtime,
  ctx: Context & { readonly env: Environment },
): Promise<LayerFile> {
  const dir = await makeCacheDir(ctx.env, "plugins", await keyOf(wheels, runtime));
  const kept = await readKept(dir);
  if (kept !== null) return kept;
  const files: ImageFile[] = [];
  for (const wheel of wheels) files.push(...(await readWheel(wheel, packagesDir)));
  await requireLibraries(files, runtime.layers, runtime.platform);
  const compile = await makeCompiler({ isLenient: true });
  const createdBy = `${siteLayerPrefix}plugins ${wheels.map((wheel) => basename(wheel).split("-").slice(0, 2).join(" ")).join(", ")}`;
  await mkdir(dir, { recursive: true });
  const layer = await writeLayer(await compile(files, ctx.signal), dir, createdBy, ctx);
  await replaceFile(join(dir, "layer.json"), JSON.stringify({ ...layer, path: basename(layer.path) }), 0o600);
  return layer;
}

async function keyOf(wheels: readonly string[], { platform, layers }: Runtime): Promise<string> {
  const hash = createHash("sha256").update(JSON.stringify([form, platform, layers.map(({ diffId }) => diffId)]));
  for (const wheel of wheels) hash.update(`${basename(wheel)}\n`).update(await readFile(wheel));
  return hash.digest("hex");
}

/** Null when there is none, or it is damaged: then it is made anew. */
async function readKept(dir: string): Promise<LayerFile | null> {
  try {
    const layer = JSON.parse(await readFile(join(dir, "layer.json"), "utf8")) as LayerFile;
    const path = join(dir, layer.path);
    const digest = createHash("sha256")
      .update(await readFile(path))
      .digest("hex");
    if (layer.descriptor.digest === `sha256:${digest}`) return layerFile({ ...layer, path });
  } catch {
    // As if there were none.
  }
  await rm(dir, { recursive: true, force: true });
  return null;
}
