import { isFolder, totalBytes, type TreeNode, type Weigh } from "./tree.ts";

/** A folder, or a file that is as large as one, with all that is in it. */
export interface Place {
  readonly path: string;
  readonly sizeBytes: number;
}

/** A folder with a smaller share of all bytes is not opened. */
const leastShare = 0.02;

/**
 * Where the bytes below a folder are, in at most `count` places that do not overlap, largest first. A folder is opened as long as few of its
 * parts have half of it.
 *
 * @param weigh unset: an entry counts with all its bytes
 */
export function biggestPlaces(root: TreeNode, count: number, weigh?: Weigh): readonly Place[] {
  const sizeOf = (node: TreeNode) => totalBytes(node, weigh);
  const places = [{ node: root, sizeBytes: sizeOf(root) }];
  const closed: typeof places = [];
  const leastBytes = places[0]!.sizeBytes * leastShare;
  while (places.length > 0 && places.length + closed.length <= 3 * count) {
    const place = places.reduce((most, each) => (each.sizeBytes > most.sizeBytes ? each : most));
    places.splice(places.indexOf(place), 1);
    const parts = partsOf(place.node, sizeOf);
    if (place.node !== root && !isWorthOpening(place.sizeBytes, parts, leastBytes)) closed.push(place);
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
function isWorthOpening(
  sizeBytes: number,
  parts: readonly { readonly node: TreeNode; readonly sizeBytes: number }[],
  leastBytes: number,
): boolean {
  if (parts.length === 1 && parts[0]!.sizeBytes === sizeBytes) return true;
  if (sizeBytes < leastBytes) return false;
  const large = parts.filter((part) => isFolder(part.node) && part.sizeBytes * 5 >= sizeBytes);
  return large.reduce((sum, part) => sum + part.sizeBytes, 0) * 2 >= sizeBytes;
}
