import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { afterEach, beforeEach, expect, test } from "vitest";
import { compressImage } from "./compress-image.ts";
import { nativeGzip, nativeZstd } from "./compressors.ts";
import { bytesContent } from "./content.ts";
import { digestOf } from "./digest.ts";
import { writeLayer } from "./layer.ts";
import { ociManifest } from "./manifest.ts";
import { mediaTypes } from "./media-types.ts";
import type { Image, Layer } from "./types.ts";
import { unpackLayer } from "./unpack.ts";
import { validateImage } from "./validate.ts";

const ctx = { report: () => {} };
let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "compress-image-"));
});
afterEach(() => rm(dir, { recursive: true }));

const written = (text: string) => writeLayer([{ name: "file", mode: 0o644, source: Buffer.from(text.repeat(999)) }], dir, text, ctx);

/** A layer as an engine gives it: the tar itself. */
async function plain(text: string): Promise<Layer> {
  const { diffId, createdBy, ...layer } = await written(text);
  const tar = await buffer(unpackLayer({ diffId, createdBy, ...layer }));
  const descriptor = { mediaType: mediaTypes.ociLayerPlain, digest: diffId, size: tar.length };
  return { descriptor, diffId, createdBy, unpackedSizeBytes: tar.length, open: bytesContent(tar).open };
}

function imageOf(layers: readonly Layer[]): Image {
  const platform = { os: "linux", architecture: "amd64" };
  const rootfs = { type: "layers", diff_ids: layers.map(({ diffId }) => diffId) };
  const history = layers.map(({ createdBy }) => ({ created_by: createdBy }));
  const config = new TextEncoder().encode(JSON.stringify({ ...platform, rootfs, history }));
  const { bytes, digest, mediaType } = ociManifest(config, layers);
  return { platform, layers, config, configDigest: digestOf(config), manifest: bytes, mediaType, manifestDigest: digest };
}

test.each([nativeGzip(1), nativeGzip(6), nativeZstd])(
  "layers that are plain are compressed, and the image is the same",
  async (compressor) => {
    const image = imageOf([await plain("one"), await written("two")]);
    const compressed = await compressImage(image, dir, compressor, ctx);
    expect(compressed.configDigest).toBe(image.configDigest);
    expect(compressed.layers.map(({ diffId }) => diffId)).toEqual(image.layers.map(({ diffId }) => diffId));
    expect(compressed.layers[0]!.descriptor.mediaType).toBe(compressor.mediaType);
    expect(compressed.layers[0]!.descriptor.size).toBeLessThan(image.layers[0]!.descriptor.size);
    expect(compressed.layers[1]).toBe(image.layers[1]);
    await validateImage(compressed);
  },
);

test("a layer that is not what its diffId says is refused", async () => {
  const layer = { ...(await plain("one")), diffId: `sha256:${"0".repeat(64)}` };
  await expect(compressImage(imageOf([layer]), dir, nativeGzip(1), ctx)).rejects.toMatchObject({ code: "IMAGE_UNREADABLE" });
});
