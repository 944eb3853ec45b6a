import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { step, type Context, type Platform, type Runtime } from "@datasette-publish/core";
import { layersDir } from "./folders.ts";
import { missing } from "./missing.ts";

/** The code layers of one platform, which this package ships. @throws PublishError `RUNTIME_MISSING` */
export async function ensureRuntime(platform: Platform, ctx: Context): Promise<Runtime> {
  return step(ctx, "runtime", `Load Datasette for ${platform.os}/${platform.architecture}`, () => loadRuntime(platform));
}

/**
 * The runtime in `dir`: `runtime.json` is a {@link Runtime} with the layers' paths relative to it.
 *
 * @throws PublishError `RUNTIME_MISSING` when there is none, or a layer is missing or damaged
 */
export async function loadRuntime(platform: Platform, dir = layersDir(platform)): Promise<Runtime> {
  const name = `${platform.os}/${platform.architecture}`;
  const fail = (problem: string) => missing(`The runtime for ${name} ${problem}.`, { platform: name });
  const text = await readFile(join(dir, "runtime.json"), "utf8").catch(() => null);
  if (text === null) throw fail("is not built yet");
  const runtime = JSON.parse(text) as Runtime;
  const layers = runtime.layers.map((layer) => ({ ...layer, path: resolve(dir, layer.path) }));
  for (const { path, descriptor } of layers) {
    const blob = await readFile(path).catch(() => null);
    if (blob === null || `sha256:${createHash("sha256").update(blob).digest("hex")}` !== descriptor.digest)
      throw fail("lacks a layer, or has a damaged one");
  }
  return { ...runtime, layers };
}
