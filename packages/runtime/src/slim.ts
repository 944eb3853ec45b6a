import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import {
  layerKey,
  openLayerCache,
  siteLayerPrefix,
  step,
  writeLayer,
  type Context,
  type ImageFile,
  type Layer,
  type LayerFile,
  type ServedFile,
} from "@datasette-publish/core";
import { readTar, unpackLayer } from "@datasette-publish/core/oci";
import type { LoadedRuntime } from "./load.ts";
import { mentionedIn } from "./mentions.ts";
import type { SlimPart } from "./slim-part.ts";

/** The launcher reads it to say why an import fails. */
const listFile = "app/left_out.txt";

/** What a slim runtime is made with. */
export interface SlimOptions {
  /** The site's own plugin files; those of installed plugins are layers of the runtime. */
  readonly plugins: readonly ServedFile[];
  /** Folder of the new layers. */
  readonly workDir: string;
  /** Folder in which they are kept for later. Unset: below the work folder. */
  readonly cacheDir: string | undefined;
}

/**
 * A runtime without what serving does not reach. Layers of plugins stay as they are, and all that a plugin's code names stays too.
 * The same runtime and plugins give the same bytes. See docs/image.md.
 */
export async function slimRuntime<R extends LoadedRuntime>(
  runtime: R,
  { plugins, workDir, cacheDir }: SlimOptions,
  ctx: Context,
): Promise<R> {
  return step(ctx, "slim", "Leave out what serving does not need", async () => {
    const leftOut = await leftOutOf(runtime, plugins);
    const code = runtime.layers.filter((layer) => !isPlugins(layer));
    const cache = openLayerCache(cacheDir ?? join(workDir, "kept"));
    const layers: LayerFile[] = [];
    for (const layer of code) {
      const list = layer === code.at(-1) ? leftOut.map(({ name }) => `${name}\n`).join("") : null;
      const key = layerKey("slim", layer.diffId, layer.createdBy, JSON.stringify(leftOut), list ?? "");
      const kept = await cache.take(key, workDir, ctx.signal);
      layers.push(kept ?? (await writeSlimLayer(layer, leftOut, list, workDir, ctx)));
      if (kept === null) await cache.keep(key, layers.at(-1)!).catch(() => {});
    }
    return { ...runtime, layers: [...layers, ...runtime.layers.filter(isPlugins)] };
  });
}

function isPlugins({ createdBy }: Pick<Layer, "createdBy">): boolean {
  return createdBy.startsWith(siteLayerPrefix);
}

/** The parts to leave out: all of them for a site without plugins; else those that nothing imports, and no plugin names. */
async function leftOutOf({ slim, layers }: LoadedRuntime, plugins: readonly ServedFile[]): Promise<readonly SlimPart[]> {
  const installed = layers.filter(isPlugins);
  if (installed.length === 0 && plugins.length === 0) return slim;
  const wanted = new Set(slim.filter(({ isCut }) => isCut).map(({ name }) => name));
  const look = (file: string, bytes: Uint8Array) => {
    for (const name of mentionedIn(
      file,
      bytes,
      slim.map((part) => part.name),
    ))
      wanted.add(name);
  };
  for (const layer of installed) for await (const member of readTar(unpackLayer(layer))) look(member.name, await buffer(member.body()));
  for (const { name, source } of plugins) look(name, typeof source === "string" ? await readFile(source) : source);
  return slim.filter(({ name }) => !withNeeds(wanted, slim).has(name));
}

/** Parts with those that they need, and the packages that they lie in. */
function withNeeds(wanted: ReadonlySet<string>, slim: readonly SlimPart[]): Set<string> {
  const parts = new Map(slim.map((part) => [part.name, part]));
  const all = new Set(wanted);
  for (const name of all) {
    for (const need of parts.get(name)?.needs ?? []) all.add(need);
    const parent = name.slice(0, Math.max(0, name.lastIndexOf(".")));
    if (parts.has(parent)) all.add(parent);
  }
  return all;
}

async function writeSlimLayer(
  layer: Layer,
  leftOut: readonly SlimPart[],
  list: string | null,
  workDir: string,
  ctx: Context,
): Promise<LayerFile> {
  const dropped = new Set(leftOut.flatMap(({ files }) => files));
  const files: ImageFile[] = [];
  for await (const { name, mode, typeFlag, linkName, body } of readTar(unpackLayer(layer, ctx.signal))) {
    if (dropped.has(name)) continue;
    if (typeFlag === "2") files.push({ name, mode, type: "symlink", linkName });
    // Other folders come with their files.
    else if (typeFlag === "5" && mode !== 0o755) files.push({ name, mode, type: "directory" });
    else if (typeFlag === "0") files.push({ name, mode, source: await buffer(body()) });
  }
  if (list !== null) files.push({ name: listFile, mode: 0o644, source: Buffer.from(list) });
  return writeLayer(files, workDir, `${layer.createdBy}, slim`, ctx);
}
