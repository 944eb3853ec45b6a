import { gzipSync } from "node:zlib";
import { canonicalJson } from "../oci/canonical-json.ts";
import { bytesContent } from "../oci/content.ts";
import { digestOf } from "../oci/digest.ts";
import { ociManifest } from "../oci/manifest.ts";
import { mediaTypes } from "../oci/media-types.ts";
import { layerOf } from "../oci/read-image.ts";
import { encodeHeader, paddingOf } from "../oci/tar-header.ts";
import type { Image, Layer } from "../oci/types.ts";

/** One member of a layer made by hand, whiteouts too: bytes or text of a file, else a link's target, else a folder. */
export interface Member {
  readonly name: string;
  readonly content?: string | Uint8Array;
  readonly symlink?: string;
  readonly hardlink?: string;
  readonly mode?: number;
}

/** A file of so many bytes. */
export const sized = (name: string, sizeBytes: number): Member => ({ name, content: "x".repeat(sizeBytes) });

/** A layer of members in their order, with no rule broken for it or kept. */
export function layerOfMembers(members: readonly Member[], createdBy = "", pack = true): Layer {
  const tar = Buffer.concat([...members.flatMap(blocksOf), Buffer.alloc(1024)]);
  const blob = pack ? gzipSync(tar) : tar;
  const descriptor = { mediaType: pack ? mediaTypes.ociLayer : mediaTypes.ociLayerPlain, digest: digestOf(blob), size: blob.length };
  return layerOf(bytesContent(blob), descriptor, { diffId: digestOf(tar), createdBy });
}

function blocksOf({ name, content, symlink, hardlink, mode = 0o644 }: Member): Uint8Array[] {
  const bytes = Buffer.from(content ?? "");
  const linkName = symlink ?? hardlink ?? "";
  const type = linkName !== "" ? "symlink" : content === undefined ? "directory" : "file";
  const header = Buffer.from(encodeHeader({ name, mode, type, sizeBytes: bytes.length, linkName }));
  if (hardlink !== undefined) asHardLink(header);
  return [header, bytes, Buffer.alloc(paddingOf(bytes.length))];
}

/** The writer has none: the type's digit is one less, and so is the sum. */
function asHardLink(header: Buffer): void {
  header.write("1", 156, "latin1");
  const sum = Number.parseInt(header.toString("latin1", 148, 154), 8) - 1;
  header.write(sum.toString(8).padStart(6, "0"), 148, "latin1");
}

export function imageOfLayers(layers: readonly Layer[]): Image {
  const platform = { os: "linux", architecture: "amd64" };
  const config = canonicalJson({
    ...platform,
    rootfs: { type: "layers", diff_ids: layers.map(({ diffId }) => diffId) },
    history: layers.map(({ createdBy }) => ({ created_by: createdBy })),
  });
  const { bytes, digest, mediaType } = ociManifest(config, layers);
  return { platform, layers, config, configDigest: digestOf(config), manifest: bytes, mediaType, manifestDigest: digest };
}

export const imageOf = (...layers: readonly (readonly Member[])[]): Image =>
  imageOfLayers(layers.map((members) => layerOfMembers(members)));
