import { PublishError } from "../errors/publish-error.ts";
import { unreadable } from "./content.ts";
import { choosePlatform, type IndexEntry } from "./platform.ts";
import type { ReadImageOptions } from "./read-image.ts";
import { formatReference, parseReference } from "./reference.ts";

/** Which image to read of an archive or a layout. */
export interface NamedOptions extends ReadImageOptions {
  /** Its name or its tag there: `data:latest`, `latest`. Unset: the only one. */
  readonly reference?: string;
}

/** The annotations of a layout's index that name an image: containerd's has the whole name, the image-spec's any text, mostly the tag. */
const nameAnnotations = ["io.containerd.image.name", "org.opencontainers.image.ref.name"];

/**
 * The entry of a layout's `index.json` for an image by its name, or for a platform where the layout is one image of several.
 *
 * @throws PublishError `IMAGE_NOT_FOUND`, which lists what there is
 */
export function chooseNamed(index: unknown, { reference, platform }: NamedOptions, where: string): IndexEntry {
  const { manifests } = index as { manifests?: readonly IndexEntry[] };
  if (!Array.isArray(manifests) || manifests.length === 0) throw unreadable(`${where} lists no image`);
  const named = manifests.map((entry: IndexEntry) => ({ entry, names: nameAnnotations.flatMap((key) => entry.annotations?.[key] ?? []) }));
  const found = pick(named, reference, where);
  const [first] = found;
  const isOne = first !== undefined && found.every(({ entry }) => entry.digest === first.entry.digest);
  return isOne ? first.entry : choosePlatform(unnamed(found, where), platform, where);
}

/** Several images of one name are one image for several platforms. */
function unnamed(found: readonly { entry: IndexEntry; names: readonly string[] }[], where: string): readonly IndexEntry[] {
  const names = [...new Set(found.map((each) => each.names.join()))];
  if (names.length > 1) throw notNamed(null, found, where);
  return found.map(({ entry }) => entry);
}

/** Those of `images` that have a name; all of them where none is asked for. @throws PublishError `IMAGE_NOT_FOUND` */
export function pick<T extends { readonly names: readonly string[] }>(
  images: readonly T[],
  reference: string | undefined,
  where: string,
): readonly T[] {
  if (reference === undefined) return images;
  const found = images.filter(({ names }) => names.some((name) => isSame(name, reference)));
  if (found.length === 0) throw notNamed(reference, images, where);
  return found;
}

/** There is no image of a name, or none was named and there are several. */
export function notNamed(reference: string | null, images: readonly { readonly names: readonly string[] }[], where: string): PublishError {
  const names = [...new Set(images.flatMap((image) => image.names.slice(0, 1)))].join(", ");
  const message = reference === null ? `${where} holds several images.` : `${where} holds no image ${reference}.`;
  return new PublishError("IMAGE_NOT_FOUND", message, names === "" ? "Leave the name out." : `Name one of ${names}.`, {
    image: where,
    names,
  });
}

function isSame(name: string, reference: string): boolean {
  return name === reference || fullName(name) === fullName(reference);
}

function fullName(text: string): string {
  try {
    const parsed = parseReference(text);
    return formatReference({ ...parsed, tag: parsed.tag ?? "latest" });
  } catch {
    return text;
  }
}
