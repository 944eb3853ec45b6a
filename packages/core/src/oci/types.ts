/** OCI image-spec content descriptor. */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

/** OCI platform (`linux/amd64`). */
export interface Platform {
  readonly os: "linux";
  readonly architecture: "amd64" | "arm64";
}

/** One layer: a gzip-compressed tar, stored as a file. */
export interface Layer {
  /** Media type is always the OCI one; a Docker schema 2 manifest is derived when asked for. */
  readonly descriptor: Descriptor;
  /** Digest of the uncompressed tar (image-spec `rootfs.diff_ids`). */
  readonly diffId: string;
  /** Uncompressed size of the tar in bytes. */
  readonly unpackedSizeBytes: number;
  /** For `history[].created_by`: what the layer holds. */
  readonly createdBy: string;
  /** Absolute path of the compressed blob. */
  readonly path: string;
}

/** One entry of an image layer: a file, and when `type` says so a symbolic link or a directory. */
export interface ImageFile {
  /** Absolute path in the image, no leading slash: `data/data.db`. */
  readonly name: string;
  /** Permission bits (0o444, 0o1777); a symbolic link is always 0o777. */
  readonly mode: number;
  /** Absolute path on disk, or the bytes. Only a file has one. */
  readonly source?: string | Uint8Array;
  /** Unset: `file`. Parent directories need no entry of their own unless their mode is not 0o755. */
  readonly type?: "file" | "symlink" | "directory";
  /** Target of a symbolic link, as it is stored (relative or absolute in the image). */
  readonly linkName?: string;
}

/** A single-platform image, ready to be written anywhere. Immutable. */
export interface Image {
  readonly platform: Platform;
  readonly layers: readonly Layer[];
  /** Image config JSON, exact bytes. */
  readonly config: Uint8Array;
  readonly configDigest: string;
  /** OCI image manifest JSON, exact bytes. */
  readonly manifest: Uint8Array;
  readonly manifestDigest: string;
}
