import { step, type Context } from "../events/events.ts";
import { mediaTypes } from "../oci/media-types.ts";
import { formatPlatform } from "../oci/platform.ts";
import type { Image, Layer, ReadOptions } from "../oci/types.ts";
import { applyLayer, type LayerChange } from "./changes.ts";
import { efficiencyOf, type Efficiency } from "./efficiency.ts";
import { biggestPlaces, type Place } from "./folders.ts";
import { readLayer } from "./layer-contents.ts";
import type { OwnerOf } from "./packages/claims.ts";
import { packagesOf, type Package } from "./packages/packages.ts";
import { newRoot, type TreeNode } from "./tree.ts";

/** How many changes of one sort, and what they take. */
export interface Tally {
  readonly files: number;
  readonly sizeBytes: number;
}

/** One layer, and what it does to those below. */
export interface LayerInspection {
  readonly digest: string;
  readonly diffId: string;
  readonly createdBy: string;
  /** As it travels and is stored. */
  readonly packedBytes: number;
  /** False for a layer that is kept as a plain tar, as engines before Docker 25 do: then `packedBytes` is the tar's size. */
  readonly isPacked: boolean;
  /** Size of its tar. */
  readonly unpackedBytes: number;
  readonly changes: readonly LayerChange[];
  readonly added: Tally;
  /** What it stores anew that is there below. */
  readonly changed: Tally;
  /** What it removes, with the size that stays in the layers below. */
  readonly hidden: Tally;
}

/** What is in an image, and where its bytes are. */
export interface Inspection {
  readonly platform: string;
  readonly manifestDigest: string;
  readonly configDigest: string;
  /** Sum over all layers. */
  readonly packedBytes: number;
  readonly unpackedBytes: number;
  /** False when a layer is not packed. */
  readonly isPacked: boolean;
  /** Lowest first. */
  readonly layers: readonly LayerInspection[];
  /** All that a container sees. */
  readonly root: TreeNode;
  readonly places: readonly Place[];
  readonly packages: readonly Package[];
  readonly ownerOf: OwnerOf;
  readonly efficiency: Efficiency;
}

const shownPlaces = 15;

/**
 * Reads an image, layer by layer, and says what is in it. Needs memory for the names of its files, and none for what is in them.
 *
 * @throws PublishError `IMAGE_UNREADABLE`, and what the layers throw when they are opened
 */
export async function inspectImage(image: Image, ctx: Context): Promise<Inspection> {
  return step(ctx, "inspect", "Look into the image", async ({ progress }) => {
    const totalPacked = image.layers.reduce((sum, { descriptor }) => sum + descriptor.size, 0);
    let doneBytes = 0;
    const count = (bytes: number) => progress((doneBytes += bytes), totalPacked, "bytes");
    const root = newRoot();
    const layers: LayerInspection[] = [];
    for (const [i, layer] of image.layers.entries()) {
      const contents = await readLayer(counted(layer, count), ctx.signal);
      layers.push(describeLayer(layer, contents.unpackedBytes, applyLayer(root, contents, i)));
    }
    return {
      platform: formatPlatform(image.platform),
      manifestDigest: image.manifestDigest,
      configDigest: image.configDigest,
      packedBytes: totalPacked,
      unpackedBytes: layers.reduce((sum, { unpackedBytes }) => sum + unpackedBytes, 0),
      isPacked: layers.every(({ isPacked }) => isPacked),
      layers,
      root,
      places: biggestPlaces(root, shownPlaces),
      ...packagesOf(root),
      efficiency: efficiencyOf(layers.map(({ changes }) => changes)),
    };
  });
}

/** A layer that tells how many of its packed bytes were read. */
function counted(layer: Layer, onBytes: (bytes: number) => void): Layer {
  return {
    ...layer,
    async *open(options?: ReadOptions) {
      for await (const chunk of layer.open(options)) {
        onBytes(chunk.length);
        yield chunk;
      }
    },
  };
}

function describeLayer({ descriptor, diffId, createdBy }: Layer, unpackedBytes: number, changes: readonly LayerChange[]): LayerInspection {
  const tally = (change: LayerChange["change"], sizeOf: (each: LayerChange) => number): Tally => {
    const of = changes.filter((each) => each.change === change && each.kind !== "directory");
    return { files: of.length, sizeBytes: of.reduce((sum, each) => sum + sizeOf(each), 0) };
  };
  return {
    digest: descriptor.digest,
    diffId,
    createdBy,
    packedBytes: descriptor.size,
    isPacked: descriptor.mediaType !== mediaTypes.ociLayerPlain,
    unpackedBytes,
    changes,
    added: tally("added", ({ sizeBytes }) => sizeBytes),
    changed: tally("changed", ({ sizeBytes }) => sizeBytes),
    hidden: tally("hidden", ({ hiddenBytes }) => hiddenBytes),
  };
}
