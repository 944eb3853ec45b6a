import type { Inspection } from "./inspect.ts";
import { entriesBelow, findNode, type ImageEntry, type TreeNode } from "./tree.ts";

/** What differs at one path: its bytes, its permissions, its owner, where a link leads, or what kind of entry it is. */
export type Aspect = "content" | "mode" | "owner" | "link" | "kind";

/** A path that two images do not have alike. */
export interface Difference {
  readonly path: string;
  readonly change: "added" | "removed" | "changed";
  /** Null for a path that was added. */
  readonly beforeBytes: number | null;
  /** Null for a path that was removed. */
  readonly afterBytes: number | null;
  /** Of a path that was changed; empty for the others. */
  readonly aspects: readonly Aspect[];
}

/** Two images, file by file, as a container sees them. */
export interface Comparison {
  /** Digests of layers that both have: what a host that has the first need not get again. */
  readonly sharedLayers: readonly string[];
  /** Packed bytes of the second image's other layers. */
  readonly newPackedBytes: number;
  /** Those whose size changes most first. */
  readonly differences: readonly Difference[];
}

/** Compares what two images hold. Which of several hard links is the file is not a difference. */
export function compareImages(before: Inspection, after: Inspection): Comparison {
  const known = new Set(before.layers.map(({ diffId }) => diffId));
  const others = after.layers.filter(({ diffId }) => !known.has(diffId));
  return {
    sharedLayers: after.layers.filter(({ diffId }) => known.has(diffId)).map(({ digest }) => digest),
    newPackedBytes: others.reduce((sum, { packedBytes }) => sum + packedBytes, 0),
    differences: differencesOf(before.root, after.root).toSorted((a, b) => weightOf(b) - weightOf(a) || (a.path < b.path ? -1 : 1)),
  };
}

/** How much a difference changes the size; one in bytes alone comes before one in permissions. */
function weightOf({ beforeBytes, afterBytes, aspects }: Difference): number {
  return Math.abs((afterBytes ?? 0) - (beforeBytes ?? 0)) + (aspects.includes("content") ? 0.5 : 0);
}

function differencesOf(before: TreeNode, after: TreeNode): Difference[] {
  const olds = new Map([...entriesBelow(before)].map((entry) => [entry.path, contentOf(before, entry)]));
  const news = new Map([...entriesBelow(after)].map((entry) => [entry.path, contentOf(after, entry)]));
  const removed = [...olds.values()].filter(({ path }) => !news.has(path));
  const added = [...news.values()].filter(({ path }) => !olds.has(path));
  const changed = [...news.values()].flatMap((entry): Difference[] => {
    const old = olds.get(entry.path);
    const aspects = old === undefined ? [] : aspectsOf(old, entry);
    if (old === undefined || aspects.length === 0) return [];
    return [{ path: entry.path, change: "changed", beforeBytes: old.sizeBytes, afterBytes: entry.sizeBytes, aspects }];
  });
  return [
    ...removed.map(({ path, sizeBytes }): Difference => ({
      path,
      change: "removed",
      beforeBytes: sizeBytes,
      afterBytes: null,
      aspects: [],
    })),
    ...added.map(({ path, sizeBytes }): Difference => ({ path, change: "added", beforeBytes: null, afterBytes: sizeBytes, aspects: [] })),
    ...changed,
  ];
}

/** A hard link as the file that it is. */
function contentOf(root: TreeNode, entry: ImageEntry): ImageEntry {
  if (entry.kind !== "hardlink") return entry;
  const target = findNode(root, entry.linkName)?.entry;
  return target?.kind === "file" ? { ...target, path: entry.path } : entry;
}

function aspectsOf(old: ImageEntry, entry: ImageEntry): Aspect[] {
  if (old.kind !== entry.kind) return ["kind"];
  const differs: Record<Aspect, boolean> = {
    content: old.sha256 !== entry.sha256,
    mode: old.mode !== entry.mode && entry.kind !== "symlink",
    owner: old.uid !== entry.uid || old.gid !== entry.gid,
    link: old.linkName !== entry.linkName,
    kind: false,
  };
  return (Object.keys(differs) as Aspect[]).filter((aspect) => differs[aspect]);
}
