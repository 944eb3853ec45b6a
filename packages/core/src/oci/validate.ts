import { PublishError } from "../errors/publish-error.ts";
import { digestOf } from "./digest.ts";
import { Measure } from "./layer.ts";
import type { Image, Layer } from "./types.ts";
import { unpackLayer } from "./unpack.ts";

/**
 * Reads an image's blobs back and compares them with everything said of them: sizes and digests of the compressed layers,
 * diffIds and sizes of the unpacked ones, config (platform, rootfs, history) and manifest.
 *
 * @throws PublishError `IMAGE_INVALID`, its `problem` fact naming the first thing that does not hold
 */
export async function validateImage(image: Image): Promise<void> {
  const config: unknown = JSON.parse(new TextDecoder().decode(image.config));
  expectConfig(image, config as ConfigShape);
  for (const layer of image.layers) await expectLayer(layer);
  expect(image.configDigest, digestOf(image.config), "config digest");
  expect(image.manifestDigest, digestOf(image.manifest), "manifest digest");
  const { layers } = JSON.parse(new TextDecoder().decode(image.manifest)) as { layers?: readonly { digest: string }[] };
  expect(layers?.map(({ digest }) => digest).join(), image.layers.map(({ descriptor }) => descriptor.digest).join(), "manifest layers");
}

interface ConfigShape {
  readonly architecture?: string;
  readonly os?: string;
  readonly rootfs?: { readonly type?: string; readonly diff_ids?: readonly string[] };
  readonly history?: readonly { readonly created_by?: string; readonly empty_layer?: boolean }[];
}

function expectConfig({ platform, layers }: Image, config: ConfigShape): void {
  expect(config.architecture, platform.architecture, "config architecture");
  expect(config.os, platform.os, "config os");
  expect(config.rootfs?.type, "layers", "config rootfs.type");
  expect(config.rootfs?.diff_ids?.join(), layers.map(({ diffId }) => diffId).join(), "config rootfs.diff_ids");
  if (config.history === undefined) return;
  const history = config.history.filter(({ empty_layer }) => empty_layer !== true);
  expect(history.length, layers.length, "count of history entries");
  expect(
    history.map((entry) => entry.created_by ?? "").join("\n"),
    layers.map((layer) => layer.createdBy).join("\n"),
    "history created_by",
  );
}

async function expectLayer(layer: Layer): Promise<void> {
  const { descriptor, diffId, unpackedSizeBytes } = layer;
  const blob = await measure(layer.open());
  expect(blob.digest, descriptor.digest, "digest of a layer");
  expect(blob.sizeBytes, descriptor.size, `size of ${descriptor.digest}`);
  const tar = await measure(unpackLayer(layer));
  expect(tar.digest, diffId, `diffId of ${descriptor.digest}`);
  expect(tar.sizeBytes, unpackedSizeBytes ?? tar.sizeBytes, `unpacked size of ${descriptor.digest}`);
}

async function measure(source: AsyncIterable<Uint8Array>): Promise<{ digest: string; sizeBytes: number }> {
  const all = new Measure();
  for await (const _ of all.pass(source));
  return { digest: `sha256:${all.hex}`, sizeBytes: all.sizeBytes };
}

function expect(found: string | number | undefined, wanted: string | number, what: string): void {
  if (found === wanted) return;
  throw new PublishError("IMAGE_INVALID", `The image contradicts itself: ${what} is ${found}, not ${wanted}.`, "Report this as a bug.", {
    problem: what,
  });
}
