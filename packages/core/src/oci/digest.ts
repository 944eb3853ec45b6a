import { createHash } from "node:crypto";

/** OCI digest of `bytes`: `sha256:<hex>` (image-spec, "Digests"). */
export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

/** Path of a blob inside an OCI image layout, with forward slashes (image-spec, "Image Layout"). */
export function blobPath(digest: string): string {
  return `blobs/${digest.replace(":", "/")}`;
}
