import { canonicalJson } from "./canonical-json.ts";
import { unreadable } from "./content.ts";
import { digestOf } from "./digest.ts";
import { dockerLayerType, mediaTypes } from "./media-types.ts";
import type { Descriptor, Image, Layer } from "./types.ts";

/** A manifest or an index: exact bytes, and what names them. */
export interface Manifest {
  readonly bytes: Uint8Array;
  readonly digest: string;
  readonly mediaType: string;
}

/** The two families of manifests; config and layers are the same blobs in both. */
export type ManifestKind = "oci" | "docker";

/** OCI image manifest (image-spec, "Image Manifest") of a config and its layers. */
export function ociManifest(config: Uint8Array, layers: readonly Layer[]): Manifest {
  return seal(mediaTypes.ociManifest, {
    config: describe(mediaTypes.ociConfig, config),
    layers: layers.map(({ descriptor }) => descriptor),
    annotations: annotationsOf(config),
  });
}

/**
 * Docker image manifest version 2, schema 2: for hosts that refuse OCI ones. Same config and layer digests.
 *
 * @throws PublishError `IMAGE_UNREADABLE` for a layer that has no media type there, such as one in zstd
 */
export function dockerManifest(image: Image): Manifest {
  return seal(mediaTypes.dockerManifest, {
    config: describe(mediaTypes.dockerConfig, image.config),
    layers: image.layers.map(({ descriptor: { digest, size, mediaType } }) => {
      const dockerType = dockerLayerType(mediaType);
      if (dockerType === undefined) throw unreadable(`Docker's schema 2 has no ${mediaType} layers`);
      return { mediaType: dockerType, digest, size };
    }),
  });
}

/** The manifest of `image` in the family asked for: the bytes it has, where they are of that family. */
export function manifestOf(image: Image, kind: ManifestKind): Manifest {
  const own = image.mediaType === mediaTypes.dockerManifest ? "docker" : "oci";
  if (kind === own) return { bytes: image.manifest, digest: image.manifestDigest, mediaType: image.mediaType };
  return kind === "docker" ? dockerManifest(image) : ociManifest(image.config, image.layers);
}

/** OCI image index (image-spec, "Image Index"), or a Docker manifest list, over images of several platforms, in their order. */
export function indexOf(images: readonly Image[], kind: ManifestKind = "oci"): Manifest {
  return seal(kind === "oci" ? mediaTypes.ociIndex : mediaTypes.dockerManifestList, {
    annotations: kind === "oci" ? sharedBy(images.map(({ config }) => annotationsOf(config) ?? {})) : undefined,
    manifests: images.map((image) => ({ ...describeManifest(manifestOf(image, kind)), platform: image.platform })),
  });
}

/** image-spec, "Pre-Defined Annotation Keys": those that an image's config has as labels hold for its manifest too, where registries look. */
function annotationsOf(config: Uint8Array): Record<string, string> | undefined {
  const { config: run } = JSON.parse(new TextDecoder().decode(config)) as { config?: { Labels?: Record<string, string> | null } | null };
  const own = Object.entries(run?.Labels ?? {}).filter(([name]) => name.startsWith("org.opencontainers.image."));
  return own.length === 0 ? undefined : Object.fromEntries(own);
}

/** What all images of an index say alike. */
function sharedBy([first = {}, ...others]: readonly Record<string, string>[]): Record<string, string> | undefined {
  const shared = Object.entries(first).filter(([name, value]) => others.every((each) => each[name] === value));
  return shared.length === 0 ? undefined : Object.fromEntries(shared);
}

/** The descriptor that points at a manifest. */
export function describeManifest({ bytes, digest, mediaType }: Manifest): Descriptor {
  return { mediaType, digest, size: bytes.length };
}

function describe(mediaType: string, bytes: Uint8Array): Descriptor {
  return { mediaType, digest: digestOf(bytes), size: bytes.length };
}

function seal(mediaType: string, body: Readonly<Record<string, unknown>>): Manifest {
  const bytes = canonicalJson({ schemaVersion: 2, mediaType, ...body });
  return { bytes, digest: digestOf(bytes), mediaType };
}
