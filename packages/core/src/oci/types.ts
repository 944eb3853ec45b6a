/** OCI image-spec content descriptor. */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** OCI platform: `linux/amd64`, `linux/arm/v7` (image-spec, "Image Index", `platform`). */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
}

/** Which part of some bytes to read. */
export interface ReadOptions {
  /** How many bytes to leave out at the beginning. Unset: none. */
  readonly start?: number;
  readonly signal?: AbortSignal | undefined;
}

/** Bytes, wherever they are: in memory, in a file, inside an archive, in a registry. */
export interface Content {
  readonly sizeBytes: number;
  /** Reads them from the beginning, as often as it is called. What cannot be read is thrown on the way. */
  open(options?: ReadOptions): AsyncIterable<Uint8Array>;
}

/** One layer: a tar, compressed with gzip or zstd or not at all, as its media type says. */
export interface Layer {
  /** Media type is always the OCI one; a Docker schema 2 manifest is derived when asked for. */
  readonly descriptor: Descriptor;
  /** Digest of the uncompressed tar (image-spec `rootfs.diff_ids`). */
  readonly diffId: string;
  /** Uncompressed size of the tar in bytes; null for a layer that was made elsewhere and not read yet. */
  readonly unpackedSizeBytes: number | null;
  /** For `history[].created_by`: what the layer holds. */
  readonly createdBy: string;
  /** Reads the blob, compressed as it is. */
  open(options?: ReadOptions): AsyncIterable<Uint8Array>;
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

/** One entry of a tar: as of a layer, and its bytes may be anywhere. */
export interface TarFile extends Omit<ImageFile, "source"> {
  readonly source?: string | Uint8Array | Content;
}

/** A single-platform image, ready to be written anywhere. Immutable; its layers' bytes are read when they are asked for. */
export interface Image {
  readonly platform: Platform;
  readonly layers: readonly Layer[];
  /** Image config JSON, exact bytes. */
  readonly config: Uint8Array;
  readonly configDigest: string;
  /** Image manifest JSON, exact bytes: OCI's, or Docker's schema 2 for an image that was read from one. */
  readonly manifest: Uint8Array;
  /** Media type of `manifest`. */
  readonly mediaType: string;
  readonly manifestDigest: string;
}
