import { unreadable, verified } from "./content.ts";
import { digestOf } from "./digest.ts";
import { mediaTypes, ociLayerType } from "./media-types.ts";
import { choosePlatform, matches, noPlatform, type IndexEntry } from "./platform.ts";
import type { Manifest } from "./manifest.ts";
import type { Content, Descriptor, Image, Layer, Platform } from "./types.ts";

/** Where an image's blobs are: a layout, an archive, a registry. */
export interface BlobSource {
  /** What errors call it. */
  readonly where: string;
  blob(descriptor: Descriptor): Content;
  /** As `blob`, of a manifest or an index: a registry keeps those elsewhere. */
  manifest(descriptor: Descriptor): Content;
}

/** Which image to read, of several. */
export interface ReadImageOptions {
  /** Unset: the only platform there is, else linux/amd64. */
  readonly platform?: Platform;
  readonly signal?: AbortSignal | undefined;
}

/** Longest manifest, index or config that is read, in bytes. The distribution-spec has registries take manifests of 4 MiB. */
const maxJsonBytes = 16 << 20;

/** How many indexes may point at one another. */
const maxIndexDepth = 4;

/**
 * The image that a manifest describes, or that an index has for the platform asked for. Layers are opened when they are read.
 *
 * @throws PublishError `IMAGE_UNREADABLE`, `IMAGE_NOT_FOUND`
 */
export async function readImage(source: BlobSource, top: Manifest, options: ReadImageOptions, depth = 0): Promise<Image> {
  const { where } = source;
  const json = parseJson(top.bytes, `the manifest of ${where}`) as ManifestJson;
  if (Array.isArray(json.manifests)) {
    if (depth === maxIndexDepth) throw unreadable(`${where} has an index in an index, ${depth} deep`);
    const entry = choosePlatform(json.manifests.map(checkDescriptor), options.platform, where);
    return readImage(source, await readManifest(source, entry, options.signal), options, depth + 1);
  }
  if (!Array.isArray(json.layers) || json.config === undefined)
    throw unreadable(`${where} is ${kindOf(json)}`, { mediaType: top.mediaType });
  const config = checkDescriptor(json.config);
  const isImage = config.mediaType === mediaTypes.ociConfig || config.mediaType === mediaTypes.dockerConfig;
  if (!isImage) throw unreadable(`${where} holds ${json.artifactType ?? config.mediaType}, and no image`);
  const configBytes = await readJsonBytes(verified(source.blob(config), config, where), `the config of ${where}`, options.signal);
  const image = composeImage(source, top, json.layers.map(checkDescriptor), configBytes);
  if (options.platform !== undefined && !matches(image.platform, options.platform))
    throw noPlatform(options.platform, [image.platform], where);
  return image;
}

/** The manifest or index that a descriptor points at. @throws PublishError `IMAGE_UNREADABLE` */
export async function readManifest(source: BlobSource, entry: IndexEntry, signal?: AbortSignal): Promise<Manifest> {
  const bytes = await readJsonBytes(verified(source.manifest(entry), entry, source.where), `a manifest of ${source.where}`, signal);
  return { bytes, digest: entry.digest, mediaType: entry.mediaType };
}

/** All of a small content. @throws PublishError `IMAGE_UNREADABLE` for more than 16 MiB */
export async function readJsonBytes(content: Content, what: string, signal?: AbortSignal): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of content.open({ signal })) {
    sizeBytes += chunk.length;
    if (sizeBytes > maxJsonBytes) throw unreadable(`${what} has more than ${maxJsonBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** @throws PublishError `IMAGE_UNREADABLE` when it is not a JSON object or list */
export function parseJson(bytes: Uint8Array, what: string): unknown {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    throw unreadable(`${what} is not JSON`, {}, error);
  }
  if (typeof json !== "object" || json === null) throw unreadable(`${what} is not a JSON object`);
  return json;
}

interface ManifestJson {
  readonly schemaVersion?: unknown;
  readonly artifactType?: string;
  readonly manifests?: readonly unknown[];
  readonly config?: unknown;
  readonly layers?: readonly unknown[];
}

function kindOf({ schemaVersion }: ManifestJson): string {
  return schemaVersion === 1 ? "an image of Docker's schema 1, which is not read" : "neither a manifest nor an index";
}

function checkDescriptor(value: unknown): IndexEntry {
  const { digest, size, mediaType } = (value ?? {}) as Partial<IndexEntry>;
  if (typeof digest !== "string" || !/^sha(256:[0-9a-f]{64}|512:[0-9a-f]{128})$/.test(digest))
    throw unreadable("a descriptor has no digest in SHA-256 or SHA-512");
  if (typeof size !== "number" || !(size >= 0)) throw unreadable(`the descriptor of ${digest} has no size`);
  return { ...(value as IndexEntry), mediaType: String(mediaType) };
}

/** What is read of an image's config (image-spec, "Image Configuration"). */
export interface ConfigJson extends Partial<Platform> {
  readonly rootfs?: { readonly diff_ids?: readonly string[] };
  readonly history?: readonly { readonly created_by?: string; readonly empty_layer?: boolean }[];
}

/** What the config says of each layer: the digest of its tar, and what made it. @throws PublishError `IMAGE_UNREADABLE` */
export function readConfig(
  config: Uint8Array,
  layerCount: number,
  where: string,
): { platform: Platform; layers: Pick<Layer, "diffId" | "createdBy">[] } {
  const { os = "linux", architecture = "", variant, rootfs, history = [] } = parseJson(config, `the config of ${where}`) as ConfigJson;
  const diffIds = rootfs?.diff_ids ?? [];
  if (diffIds.length !== layerCount) throw unreadable(`${where} has ${layerCount} layers, and its config tells of ${diffIds.length}`);
  const made = history.filter(({ empty_layer: isEmpty }) => isEmpty !== true);
  return {
    platform: { os, architecture, ...(variant !== undefined && { variant }) },
    layers: diffIds.map((diffId, i) => ({ diffId, createdBy: (made.length === layerCount && made[i]?.created_by) || "" })),
  };
}

function composeImage(
  source: BlobSource,
  { bytes, digest, mediaType }: Manifest,
  entries: readonly Descriptor[],
  config: Uint8Array,
): Image {
  const { platform, layers } = readConfig(config, entries.length, source.where);
  return {
    platform,
    layers: entries.map((entry, i) => layerOf(verified(source.blob(entry), entry, source.where), entry, layers[i]!)),
    config,
    configDigest: digestOf(config),
    manifest: bytes,
    mediaType: mediaType === mediaTypes.dockerManifest ? mediaType : mediaTypes.ociManifest,
    manifestDigest: digest,
  };
}

/** A layer of a blob, as it is described. */
export function layerOf(
  content: Content,
  { digest, size, mediaType, annotations }: Descriptor,
  made: Pick<Layer, "diffId" | "createdBy">,
): Layer {
  const type = ociLayerType(mediaType);
  const unpackedSizeBytes = type === mediaTypes.ociLayerPlain ? size : null;
  const descriptor = { mediaType: type, digest, size, ...(annotations && { annotations }) };
  return { descriptor, ...made, unpackedSizeBytes, open: content.open };
}
