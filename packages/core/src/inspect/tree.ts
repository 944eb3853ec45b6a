import type { LayerEntry } from "./layer-contents.ts";

/** One path of an image: what the highest layer that has it says. */
export interface ImageEntry extends LayerEntry {
  /** Index of that layer, from 0. */
  readonly layer: number;
}

/** A path with all that is below it. */
export interface TreeNode {
  readonly name: string;
  entry: ImageEntry;
  readonly children: Map<string, TreeNode>;
}

export function newRoot(): TreeNode {
  return { name: "", entry: folderAt("", 0), children: new Map() };
}

/** A folder that no layer mentions, and that unpacking makes. */
function folderAt(path: string, layer: number): ImageEntry {
  const common = { sizeBytes: 0, mode: 0o755, uid: 0, gid: 0, linkName: "", sha256: "", isDatabase: false };
  return { path, kind: "directory", ...common, layer };
}

/** The node of a path; undefined where there is none. Links are not followed. */
export function findNode(root: TreeNode, path: string): TreeNode | undefined {
  if (path === "") return root;
  let node: TreeNode | undefined = root;
  for (const name of path.split("/")) node = node?.children.get(name);
  return node;
}

/** Puts an entry at its path, in the place of what is there; folders above it are made. What a folder holds stays where a folder replaces it. */
export function placeEntry(root: TreeNode, entry: ImageEntry): void {
  const names = entry.path.split("/");
  const last = names.pop()!;
  let parent = root;
  for (const [i, name] of names.entries()) parent = folderIn(parent, name, names.slice(0, i + 1).join("/"), entry.layer);
  const known = parent.children.get(last);
  const children = known !== undefined && isFolder(known) && entry.kind === "directory" ? known.children : new Map<string, TreeNode>();
  parent.children.set(last, { name: last, entry, children });
}

function folderIn(parent: TreeNode, name: string, path: string, layer: number): TreeNode {
  const known = parent.children.get(name);
  if (known !== undefined && isFolder(known)) return known;
  const made: TreeNode = { name, entry: folderAt(path, layer), children: new Map() };
  parent.children.set(name, made);
  return made;
}

export function removeNode(root: TreeNode, path: string): void {
  const slash = path.lastIndexOf("/");
  findNode(root, path.slice(0, Math.max(0, slash)))?.children.delete(path.slice(slash + 1));
}

/** All entries below a node, and not its own, folders before what they hold. */
export function* entriesBelow(node: TreeNode): Generator<ImageEntry, void, undefined> {
  for (const child of node.children.values()) {
    yield child.entry;
    yield* entriesBelow(child);
  }
}

/** How many bytes an entry counts with. */
export type Weigh = (entry: ImageEntry) => number;

/** Bytes of a node and of all below it. */
export function totalBytes(node: TreeNode, weigh: Weigh = ({ sizeBytes }) => sizeBytes): number {
  let total = weigh(node.entry);
  for (const child of node.children.values()) total += totalBytes(child, weigh);
  return total;
}

export function isFolder({ entry }: TreeNode): boolean {
  return entry.kind === "directory";
}

/** How many links may lead to one another (Linux has 40). */
const maxHops = 40;

/**
 * The path that a path leads to once links of folders above it are followed, as dpkg's lists say `/lib/…` for what is in `/usr/lib`;
 * its last name is not followed. The path itself where a part of it is missing.
 */
export function resolveFolders(root: TreeNode, path: string, hops = 0): string {
  const names = path.split("/");
  let node: TreeNode | undefined = root;
  for (const [i, name] of names.slice(0, -1).entries()) {
    node = node.children.get(name);
    if (node === undefined) return path;
    const { kind, linkName } = node.entry;
    if (kind !== "symlink") continue;
    if (hops === maxHops) return path;
    const rest = names.slice(i + 1);
    return resolveFolders(root, joinLink(names.slice(0, i), linkName, rest), hops + 1);
  }
  return path;
}

function joinLink(above: readonly string[], linkName: string, rest: readonly string[]): string {
  const from = linkName.startsWith("/") ? [] : above;
  const parts: string[] = [];
  for (const part of [...from, ...linkName.split("/"), ...rest])
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  return parts.join("/");
}
