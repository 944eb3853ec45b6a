/** Media types of the OCI image-spec 1.1 ("OCI Image Media Types") and of Docker's image manifest version 2, schema 2. */
export const mediaTypes = {
  ociIndex: "application/vnd.oci.image.index.v1+json",
  ociManifest: "application/vnd.oci.image.manifest.v1+json",
  ociConfig: "application/vnd.oci.image.config.v1+json",
  ociLayer: "application/vnd.oci.image.layer.v1.tar+gzip",
  ociLayerZstd: "application/vnd.oci.image.layer.v1.tar+zstd",
  ociLayerPlain: "application/vnd.oci.image.layer.v1.tar",
  dockerManifest: "application/vnd.docker.distribution.manifest.v2+json",
  dockerManifestList: "application/vnd.docker.distribution.manifest.list.v2+json",
  dockerConfig: "application/vnd.docker.container.image.v1+json",
  dockerLayer: "application/vnd.docker.image.rootfs.diff.tar.gzip",
  dockerLayerPlain: "application/vnd.docker.image.rootfs.diff.tar",
} as const;

/** OCI's media type of a layer → Docker's. There is none for zstd. */
const dockerLayers: ReadonlyMap<string, string> = new Map([
  [mediaTypes.ociLayer, mediaTypes.dockerLayer],
  [mediaTypes.ociLayerPlain, mediaTypes.dockerLayerPlain],
]);
const ociLayers: ReadonlyMap<string, string> = new Map([...dockerLayers].map(([oci, docker]) => [docker, oci]));

/** Docker's media type of a layer, by OCI's; undefined where schema 2 has none. */
export function dockerLayerType(mediaType: string): string | undefined {
  return dockerLayers.get(mediaType);
}

/** OCI's media type of a layer, by Docker's or its own. */
export function ociLayerType(mediaType: string): string {
  return ociLayers.get(mediaType) ?? mediaType;
}
