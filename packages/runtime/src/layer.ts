import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { layerFile, type LayerFile } from "@datasette-publish/core";

/** A layer that a file in `dir` describes, with its path relative to the folder; null when its blob is missing or damaged. */
export async function wholeLayer(dir: string, described: LayerFile): Promise<LayerFile | null> {
  const layer = layerFile({ ...described, path: resolve(dir, described.path) });
  const blob = await readFile(layer.path).catch(() => null);
  if (blob === null || `sha256:${createHash("sha256").update(blob).digest("hex")}` !== layer.descriptor.digest) return null;
  return layer;
}
