import { isFolder, totalBytes, type TreeNode, type Weigh } from "./tree.ts";

/** A folder, or a file that is as large as one, with all that is in it. */
export interface Place {
  readonly path: string;
  readonly sizeBytes: number;
}

/**
 * Where the bytes below a folder are, in at most `count` places that do not overlap, largest first. A folder is opened as long as one of its
 * parts has half of it, or it is the largest and there is room for all its large parts.
 *
 * @param weigh unset: an entry counts with all its bytes
 */
export function biggestPlaces(root: TreeNode, count: number, weigh?: Weigh): readonly Place[] {
  const sizeOf = (node: TreeNode) => totalBytes(node, weigh);
  const places = [{ node: root, sizeBytes: sizeOf(root) }];
  const closed: typeof places = [];
  while (places.length > 0 && places.length + closed.length <= 3 * count) {
    const place = places.reduce((most, each) => (each.sizeBytes > most.sizeBytes ? each : most));
    places.splice(places.indexOf(place), 1);
    const parts = partsOf(place.node, sizeOf);
    if (place.node !== root && !isWorthOpening(place.sizeBytes, parts)) closed.push(place);
    else places.push(...parts);
  }
  return [...closed, ...places]
    .filter(({ sizeBytes }) => sizeBytes > 0)
    .map(({ node, sizeBytes }) => ({ path: node.entry.path, sizeBytes }))
    .toSorted((a, b) => b.sizeBytes - a.sizeBytes || (a.path < b.path ? -1 : 1))
    .slice(0, count);
}

function partsOf(node: TreeNode, sizeOf: (node: TreeNode) => number) {
  return [...node.children.values()].map((child) => ({ node: child, sizeBytes: sizeOf(child) })).filter(({ sizeBytes }) => sizeBytes > 0);
}

/** A folder of many small parts is one place; one whose bytes are in few is those. */
function isWorthOpening(sizeBytes: number, parts: readonly { readonly node: TreeNode; readonly sizeBytes: number }[]): boolean {
  if (parts.length === 1 && parts[0]!.sizeBytes === sizeBytes) return true;
  const large = parts.filter((part) => isFolder(part.node) && part.sizeBytes * 5 >= sizeBytes);
  return large.reduce((sum, part) => sum + part.sizeBytes, 0) * 2 >= sizeBytes;
}
