import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { systemCode } from "../files/failures.ts";
import { fileContent, unreadable } from "./content.ts";
import { blobPath } from "./digest.ts";
import { chooseNamed, type NamedOptions } from "./names.ts";
import { parseJson, readImage, readManifest, type BlobSource } from "./read-image.ts";
import type { Descriptor, Image } from "./types.ts";

/**
 * Reads an image of an OCI image layout directory (image-spec, "Image Layout"), whoever wrote it.
 *
 * @throws PublishError `IMAGE_NOT_FOUND`, `IMAGE_UNREADABLE`; layers throw the latter when they are opened
 */
export async function readLayout(dir: string, options: NamedOptions = {}): Promise<Image> {
  const index = await readFile(join(dir, "index.json")).catch((error: unknown) => {
    throw unreadable(`${dir} has no index.json of an OCI layout (${systemCode(error)})`, { path: dir }, error);
  });
  const source = await layoutSource(dir);
  const entry = chooseNamed(parseJson(index, `index.json of ${dir}`), options, dir);
  return readImage(source, await readManifest(source, entry, options.signal), options);
}

async function layoutSource(dir: string): Promise<BlobSource> {
  const blobs = join(dir, "blobs");
  await stat(blobs).catch((error: unknown) => {
    throw unreadable(`${dir} has no blobs`, { path: dir }, error);
  });
  const blob = ({ digest, size }: Descriptor) => fileContent(join(dir, ...blobPath(digest).split("/")), size);
  return { where: dir, blob, manifest: blob };
}
