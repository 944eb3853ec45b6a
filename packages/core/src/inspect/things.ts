import { biggestPlaces } from "./folders.ts";
import type { Inspection, LayerInspection } from "./inspect.ts";
import type { PackageRecord } from "./packages/claims.ts";
import { entriesBelow, findNode, totalBytes, type Weigh } from "./tree.ts";

/** Something that could be left out of an image: a database, a package, or what is in one place. */
export interface Thing {
  readonly what: PackageRecord["kind"] | "place";
  /** A package's with its version; a path for the others. */
  readonly name: string;
  readonly sizeBytes: number;
  /** Its share of the layers that it is in: how well one file packs is not known. */
  readonly packedBytes: number;
}

/** How many places of what no package brought are looked at. */
const mostPlaces = 50;

/** All things in the layers asked for, by what they take packed, largest first. */
export function thingsOf(inspection: Inspection, isMeant: (layer: LayerInspection) => boolean = () => true): readonly Thing[] {
  const { root, layers, ownerOf } = inspection;
  const ratios = layers.map((layer) => (isMeant(layer) ? ratioOf(layer) : 0));
  const packed: Weigh = ({ sizeBytes, layer }) => sizeBytes * ratios[layer]!;
  const unpacked: Weigh = ({ sizeBytes, layer }) => (ratios[layer] === 0 ? 0 : sizeBytes);
  const packages = new Map<PackageRecord, { sizeBytes: number; packedBytes: number }>();
  for (const entry of entriesBelow(root)) {
    const owner = ownerOf(entry.path);
    if (owner === undefined) continue;
    const { sizeBytes, packedBytes } = packages.get(owner) ?? { sizeBytes: 0, packedBytes: 0 };
    packages.set(owner, { sizeBytes: sizeBytes + unpacked(entry), packedBytes: packedBytes + packed(entry) });
  }
  const unowned =
    (weigh: Weigh): Weigh =>
    (entry) =>
      ownerOf(entry.path) === undefined ? weigh(entry) : 0;
  const things = [...packages].map(([{ kind, name, version }, bytes]) => ({
    what: kind,
    name: [name, version].join(" ").trim(),
    ...bytes,
  }));
  const places = biggestPlaces(root, mostPlaces, unowned(packed)).map(({ path, sizeBytes: packedBytes }) => {
    return { what: "place" as const, name: path, sizeBytes: totalBytes(findNode(root, path)!, unowned(unpacked)), packedBytes };
  });
  return [...things, ...places]
    .filter(({ sizeBytes }) => sizeBytes > 0)
    .map((thing) => ({ ...thing, packedBytes: Math.round(thing.packedBytes) }))
    .toSorted((a, b) => b.packedBytes - a.packedBytes || (a.name < b.name ? -1 : 1));
}

/** What a byte of content takes in a layer as it travels. */
function ratioOf({ packedBytes, added, changed }: LayerInspection): number {
  const contentBytes = added.sizeBytes + changed.sizeBytes;
  return contentBytes === 0 ? 0 : packedBytes / contentBytes;
}
