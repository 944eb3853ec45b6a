import type { LayerChange } from "./changes.ts";

/** A path that more than one layer stores, or that one stores and another removes. */
export interface WastedPath {
  readonly path: string;
  /** How many layers store or remove it. */
  readonly layers: number;
  /** What it takes in all of them. */
  readonly sizeBytes: number;
}

/** How much of an image's bytes are there for nothing, as the tool dive counts it. */
export interface Efficiency {
  /** The least that each path takes in a layer, as a share of what they all take: 1 is the best. */
  readonly score: number;
  /** What all paths take that more than one layer is about. */
  readonly wastedBytes: number;
  /** Largest first. */
  readonly wasted: readonly WastedPath[];
}

/**
 * The score of an image's layers, lowest first. A file that a layer removes counts with 0 bytes there, also where its whole folder is removed,
 * which dive overlooks.
 */
export function efficiencyOf(layers: readonly (readonly LayerChange[])[]): Efficiency {
  const paths = new Map<string, { layers: number; leastBytes: number; sizeBytes: number }>();
  for (const { path, kind, sizeBytes } of layers.flat()) {
    if (kind === "directory") continue;
    const known = paths.get(path) ?? { layers: 0, leastBytes: Infinity, sizeBytes: 0 };
    known.layers++;
    known.leastBytes = Math.min(known.leastBytes, sizeBytes);
    known.sizeBytes += sizeBytes;
    paths.set(path, known);
  }
  let [leastBytes, allBytes] = [0, 0];
  const wasted: WastedPath[] = [];
  for (const [path, each] of paths) {
    leastBytes += each.leastBytes;
    allBytes += each.sizeBytes;
    if (each.layers > 1 && each.sizeBytes > 0) wasted.push({ path, layers: each.layers, sizeBytes: each.sizeBytes });
  }
  return {
    score: allBytes === 0 ? 1 : leastBytes / allBytes,
    wastedBytes: wasted.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    wasted: wasted.toSorted((a, b) => b.sizeBytes - a.sizeBytes || (a.path < b.path ? -1 : 1)),
  };
}
