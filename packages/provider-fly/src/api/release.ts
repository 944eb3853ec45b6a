import type { Release } from "@datasette-publish/core/provider";
import type { Machine, MachineConfig } from "./types.ts";

/** The digest in an image's reference. */
export function digestOf(image = ""): string {
  return image.split("@")[1] ?? "";
}

/**
 * What serves, and what it replaced: called by the first 12 digits of their images, described by those. They have no dates: a machine's
 * `updated_at` is that of its last start or stop, and an image may be older than its release.
 */
export function releasesOf(machines: readonly Machine[]): readonly Release[] {
  const images = machines.flatMap(({ config }) => [config?.image ?? "", config?.metadata?.["previous"] ?? ""]);
  return [...new Set(images.filter(Boolean))].map((image, at) => {
    const id = digestOf(image).replace("sha256:", "").slice(0, 12);
    return { id, current: at === 0, status: "", description: image, createdAt: null };
  });
}

/** A machine's configuration with the image of another release; its own is the `previous` one then. */
export function withImage(config: MachineConfig | undefined, image: string): MachineConfig {
  const previous = config?.image ?? image;
  return { ...config, image, metadata: { ...config?.metadata, release: digestOf(image), previous, made: image } };
}
