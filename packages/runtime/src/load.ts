import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { layerFile, step, type Context, type LayerFile, type Runtime, type SitePlatform } from "@datasette-publish/core";
import { layersDir, runtimeFile } from "./folders.ts";
import { defaultLine, lockedVersions, type Line } from "./lines.ts";
import { missing } from "./missing.ts";
import type { SlimPart } from "./slim-part.ts";

/** A runtime whose layers are files of this machine. */
export interface LoadedRuntime extends Runtime {
  readonly layers: readonly LayerFile[];
  /** What {@link slimRuntime} may leave out. */
  readonly slim: readonly SlimPart[];
}

/** The code layers of one platform and line, which this package ships. @throws PublishError `RUNTIME_MISSING` */
export async function ensureRuntime(platform: SitePlatform, ctx: Context, line: Line = defaultLine): Promise<LoadedRuntime> {
  const title = `Load Datasette ${lockedVersions[line].version} for ${platform.os}/${platform.architecture}`;
  return step(ctx, "runtime", title, () => loadRuntime(platform, line));
}

/**
 * The runtime of a platform and line in `dir`: its file is a {@link Runtime} with the layers' paths relative to the folder.
 *
 * @throws PublishError `RUNTIME_MISSING` when there is none, or a layer is missing or damaged
 */
export async function loadRuntime(platform: SitePlatform, line: Line = defaultLine, dir = layersDir): Promise<LoadedRuntime> {
  const name = `${platform.os}/${platform.architecture}`;
  const { version } = lockedVersions[line];
  const fail = (problem: string) => missing(`The runtime of Datasette ${version} for ${name} ${problem}.`, { platform: name, version });
  const text = await readFile(join(dir, runtimeFile(platform, line)), "utf8").catch(() => null);
  if (text === null) throw fail("is not built yet");
  const runtime = JSON.parse(text) as LoadedRuntime;
  const layers = runtime.layers.map((layer) => layerFile({ ...layer, path: resolve(dir, layer.path) }));
  for (const { path, descriptor } of layers) {
    const blob = await readFile(path).catch(() => null);
    if (blob === null || `sha256:${createHash("sha256").update(blob).digest("hex")}` !== descriptor.digest)
      throw fail("lacks a layer, or has a damaged one");
  }
  return { ...runtime, layers };
}
