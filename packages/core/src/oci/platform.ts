import { PublishError } from "../errors/publish-error.ts";
import type { Descriptor, Platform } from "./types.ts";

/** A descriptor of an index: what it points at, for which platform. */
export interface IndexEntry extends Descriptor {
  readonly platform?: Platform;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** The platform that is taken of an image for several, where none is asked for. */
export const defaultPlatform: Platform = { os: "linux", architecture: "amd64" };

/** `linux/amd64`, `linux/arm/v7`. */
export function formatPlatform({ os, architecture, variant }: Platform): string {
  return [os, architecture, ...(variant ? [variant] : [])].join("/");
}

/**
 * The entry of an index for a platform: the only one if none is asked for, else that of {@link defaultPlatform}. A variant counts when it is
 * asked for. Attestations, which BuildKit files under `unknown/unknown`, are no images.
 *
 * @throws PublishError `IMAGE_NOT_FOUND`, which lists the platforms there are
 */
export function choosePlatform(entries: readonly IndexEntry[], wanted: Platform | undefined, where: string): IndexEntry {
  const images = entries.filter(({ platform }) => platform?.os !== "unknown");
  const [only, ...others] = images;
  if (only !== undefined && others.length === 0 && (wanted === undefined || only.platform === undefined)) return only;
  const found = images.find(({ platform }) => platform !== undefined && matches(platform, wanted ?? defaultPlatform));
  if (found !== undefined) return found;
  throw noPlatform(
    wanted ?? defaultPlatform,
    images.flatMap(({ platform }) => (platform === undefined ? [] : [platform])),
    where,
  );
}

/** Whether an image for `platform` is one for `wanted`. */
export function matches(platform: Platform, wanted: Platform): boolean {
  const { os, architecture, variant } = wanted;
  return platform.os === os && platform.architecture === architecture && (variant === undefined || variant === platform.variant);
}

/** There is no image for the platform that was asked for. */
export function noPlatform(wanted: Platform, there: readonly Platform[], where: string): PublishError {
  const names = there.map(formatPlatform).join(", ");
  return new PublishError(
    "IMAGE_NOT_FOUND",
    `${where} has no image for ${formatPlatform(wanted)}.`,
    names === "" ? "Check the image." : `Choose one of ${names}.`,
    { image: where, platform: formatPlatform(wanted), platforms: names },
  );
}
