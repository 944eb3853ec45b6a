/** Images of anything: read from archives, layouts, registries and engines, and written there. Knows no site; see docs/oci.md. */
export { archiveStream, writeArchive } from "./oci/archive.ts";
export { bytesContent, fileContent, layerContent } from "./oci/content.ts";
export { digestOf } from "./oci/digest.ts";
export { layerFile, writeLayer, type LayerFile } from "./oci/layer.ts";
export { writeLayout } from "./oci/layout.ts";
export { dockerManifest, indexOf, manifestOf, ociManifest, type Manifest, type ManifestKind } from "./oci/manifest.ts";
export { mediaTypes } from "./oci/media-types.ts";
export { familiarName, formatReference, parseReference, type Reference } from "./oci/reference.ts";
export { push, type PushOptions } from "./oci/registry/push.ts";
export { writeTar } from "./oci/tar.ts";
export type { Content, Descriptor, Image, ImageFile, Layer, Platform, ReadOptions, TarFile } from "./oci/types.ts";
export { unpackLayer } from "./oci/unpack.ts";
export { validateImage } from "./oci/validate.ts";
