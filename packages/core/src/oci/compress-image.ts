import type { Context } from "../events/events.ts";
import type { Compressor } from "./compressors.ts";
import { compressLayer } from "./layer.ts";
import { ociManifest } from "./manifest.ts";
import { mediaTypes } from "./media-types.ts";
import type { Image, Layer } from "./types.ts";

/**
 * The same image with compressed layers: an engine gives them as plain tars. Layers that are compressed already stay as they are. The config,
 * and so the id that an engine knows the image by, is the same.
 *
 * @param dir where the blobs are written; keep it as long as the image is used
 * @throws PublishError `IMAGE_UNREADABLE`, `DISK_FULL`
 */
export async function compressImage(image: Image, dir: string, compressor: Compressor, ctx: Context): Promise<Image> {
  const layers: Layer[] = [];
  for (const layer of image.layers) {
    const isPlain = layer.descriptor.mediaType === mediaTypes.ociLayerPlain;
    layers.push(isPlain ? await compressLayer(layer, dir, compressor, ctx) : layer);
  }
  const { bytes, digest, mediaType } = ociManifest(image.config, layers);
  return { ...image, layers, manifest: bytes, mediaType, manifestDigest: digest };
}
