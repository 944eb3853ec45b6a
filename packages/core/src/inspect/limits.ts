import { formatBytes } from "../errors/format-bytes.ts";
import { PublishError } from "../errors/publish-error.ts";
import { setOption, type Remedies } from "../errors/remedies.ts";
import type { Context } from "../events/events.ts";
import { mediaTypes } from "../oci/media-types.ts";
import type { Image, Layer } from "../oci/types.ts";
import { inspectImage, type Inspection, type LayerInspection } from "./inspect.ts";
import { thingsOf } from "./things.ts";

/** The most that an image may take, in bytes. Unset: no limit. */
export interface ImageLimits {
  /** All layers as they travel, those of data too. */
  readonly maxBytes?: number | undefined;
  /** Each layer as it travels. */
  readonly maxLayerBytes?: number | undefined;
  /** What `Efficiency.wastedBytes` counts. */
  readonly maxWastedBytes?: number | undefined;
}

/** Whose limits they are, and what is known of the image. */
export interface LimitsRequest {
  /** Title of the host that takes no more; null for the user's own limits. */
  readonly host: string | null;
  /** The image, where it was inspected already. */
  readonly inspection?: Inspection;
  /** Layers in which there is something to leave out. Unset: all. */
  readonly isRemovable?: (layer: Pick<Layer, "createdBy">) => boolean;
}

/** How many things an error names. */
const namedThings = 3;

/** Size of an image as it travels: the sum of its layers, in bytes. */
export function sizeOfLayers({ layers }: Pick<Image, "layers">): number {
  return layers.reduce((sum, { descriptor }) => sum + descriptor.size, 0);
}

/**
 * Holds an image against limits; refused is what comes to the first of them. Sizes alone are looked at until one is exceeded, or wasted bytes are limited:
 * then the image is read.
 *
 * @throws PublishError `IMAGE_TOO_LARGE`, `IMAGE_WASTEFUL`, which name the three largest things to leave out
 */
export async function requireWithin(image: Image, limits: ImageLimits, request: LimitsRequest, ctx: Context): Promise<void> {
  const { maxBytes = Infinity, maxLayerBytes = Infinity, maxWastedBytes = Infinity } = limits;
  const sizeBytes = sizeOfLayers(image);
  const inspected = async () => request.inspection ?? (await inspectImage(image, ctx));
  if (sizeBytes > maxBytes)
    throw tooLarge(image, "The image", sizeBytes, maxBytes, { ...request, option: "maxSize", inspection: await inspected() });
  const layer = image.layers.reduce<Layer | null>(
    (most, each) => (each.descriptor.size > (most?.descriptor.size ?? -1) ? each : most),
    null,
  );
  if (layer !== null && layer.descriptor.size > maxLayerBytes) {
    const only = { isMeant: ({ digest }: LayerInspection) => digest === layer.descriptor.digest, option: "maxLayer" } as const;
    throw tooLarge(image, nameOf(layer), layer.descriptor.size, maxLayerBytes, { ...request, ...only, inspection: await inspected() });
  }
  if (maxWastedBytes === Infinity) return;
  const { efficiency } = await inspected();
  if (efficiency.wastedBytes > maxWastedBytes) throw wasteful(image, efficiency, maxWastedBytes);
}

interface TooLarge extends LimitsRequest {
  readonly option: "maxSize" | "maxLayer";
  readonly inspection: Inspection;
  readonly isMeant?: (layer: LayerInspection) => boolean;
}

function tooLarge(image: Image, what: string, sizeBytes: number, maxBytes: number, request: TooLarge): PublishError {
  const { host, option, inspection, isMeant = () => true, isRemovable = () => true } = request;
  const all = thingsOf(inspection, isMeant);
  const own = thingsOf(inspection, (layer) => isMeant(layer) && isRemovable(layer));
  const largest = (own.length > 0 ? own : all).slice(0, namedThings);
  const packed = image.layers.every(({ descriptor }) => descriptor.mediaType !== mediaTypes.ociLayerPlain) ? " compressed" : "";
  return refused("IMAGE_TOO_LARGE", {
    message: `${what} has ${formatBytes(sizeBytes)}${packed}; ${host === null ? "at most" : `${host} takes at most`} ${formatBytes(maxBytes)}${host === null ? " is allowed" : ""}.`,
    largest: largest.map(({ name, packedBytes }) => `${name} (about ${formatBytes(packedBytes)})`),
    raise: host === null ? option : null,
    facts: { sizeBytes, maxBytes, platform: `${image.platform.os}/${image.platform.architecture}`, limit: option },
  });
}

function wasteful(image: Image, { wastedBytes, wasted }: Inspection["efficiency"], maxBytes: number): PublishError {
  return refused("IMAGE_WASTEFUL", {
    message: `Layers of the image store ${formatBytes(wastedBytes)} that others replace or remove; at most ${formatBytes(maxBytes)} is allowed.`,
    largest: wasted.slice(0, namedThings).map(({ path, sizeBytes }) => `${path} (${formatBytes(sizeBytes)})`),
    raise: "maxWasted",
    facts: { wastedBytes, maxBytes, platform: `${image.platform.os}/${image.platform.architecture}`, limit: "maxWasted" },
  });
}

interface Refusal {
  readonly message: string;
  readonly largest: readonly string[];
  /** The option that sets the limit; null for a host's. */
  readonly raise: string | null;
  readonly facts: PublishError["facts"];
}

function refused(code: "IMAGE_TOO_LARGE" | "IMAGE_WASTEFUL", { message, largest, raise, facts }: Refusal): PublishError {
  const remedies: Remedies = [
    largest.length === 0 ? "" : `The largest to leave out: ${largest.join(", ")}.`,
    raise === null ? "Or choose another host." : setOption(raise, undefined, "to allow more"),
  ];
  return new PublishError(code, message, remedies, { ...facts, largest: largest.join(", ") });
}

function nameOf({ createdBy, descriptor }: Layer): string {
  const words = createdBy.replaceAll(/\s+/g, " ").slice(0, 80);
  return words === "" ? `Layer ${descriptor.digest.slice(0, 19)}` : `The layer of ${JSON.stringify(words)}`;
}
