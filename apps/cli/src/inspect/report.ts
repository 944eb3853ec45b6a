import {
  compareImages,
  entriesBelow,
  type Comparison,
  type Efficiency,
  type LayerInspection,
  type Package,
  type Place,
} from "@datasette-publish/core/inspect";
import type { Inspected } from "./open.ts";

/** An image as plain JSON. */
export interface ImageSummary {
  readonly image: string;
  /** Where it was found. */
  readonly from: string;
  readonly platform: string;
  readonly manifestDigest: string;
  readonly configDigest: string;
  readonly packedBytes: number;
  /** False when an engine keeps its layers as plain tars: then `packedBytes` is their size. */
  readonly isPacked: boolean;
  readonly unpackedBytes: number;
  readonly layers: readonly Omit<LayerInspection, "changes">[];
  readonly places: readonly Place[];
  readonly packages: readonly Package[];
  readonly efficiency: Efficiency;
}

/** One image whole, with each file. */
export interface ImageReport extends Omit<ImageSummary, "layers"> {
  readonly layers: readonly LayerInspection[];
  /** What a container sees; `layer` counts from 0, `package` is null for what none brought. */
  readonly files: readonly { path: string; kind: string; sizeBytes: number; layer: number; package: string | null }[];
}

export function reportOf(inspected: Inspected): ImageReport {
  const { root, ownerOf, layers } = inspected.inspection;
  const files = [...entriesBelow(root)]
    .filter(({ kind }) => kind !== "directory")
    .map(({ path, kind, sizeBytes, layer }) => ({ path, kind, sizeBytes, layer, package: ownerOf(path)?.name ?? null }));
  return { ...summaryOf(inspected), layers, files };
}

export function summaryOf({ name, image, inspection }: Inspected): ImageSummary {
  const { root: _root, ownerOf: _owner, layers, ...rest } = inspection;
  return { image: name, from: image.from, ...rest, layers: layers.map(({ changes: _changes, ...layer }) => layer) };
}

/** Two images, and what differs. */
export interface ComparisonReport extends Comparison {
  readonly before: ImageSummary;
  readonly after: ImageSummary;
}

export function comparisonOf(before: Inspected, after: Inspected): ComparisonReport {
  return { before: summaryOf(before), after: summaryOf(after), ...compareImages(before.inspection, after.inspection) };
}
