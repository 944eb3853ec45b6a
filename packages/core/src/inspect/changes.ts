import type { LayerContents, LayerEntry } from "./layer-contents.ts";
import { entriesBelow, findNode, isFolder, placeEntry, removeNode, type ImageEntry, type TreeNode } from "./tree.ts";

/** What a layer does to one path. */
export interface LayerChange {
  readonly path: string;
  readonly kind: ImageEntry["kind"];
  /** Hidden: the layer removes what lies below it, which stays in the image all the same. */
  readonly change: "added" | "changed" | "hidden";
  /** Bytes that the layer stores for it. */
  readonly sizeBytes: number;
  /** Bytes of layers below that nobody can read any more. */
  readonly hiddenBytes: number;
}

/**
 * Puts a layer on top of those that `root` is of (image-spec, "Applying Changesets"), and returns what that changed.
 * A folder that is there already and stays as it is, is no change.
 */
export function applyLayer(root: TreeNode, { entries, whiteouts, opaques }: LayerContents, layer: number): readonly LayerChange[] {
  const changes = new Map<string, LayerChange>();
  const hide = (entry: ImageEntry) => changes.set(entry.path, hidden(entry));
  for (const path of opaques) {
    const node = findNode(root, path);
    for (const entry of node === undefined ? [] : entriesBelow(node)) hide(entry);
    node?.children.clear();
  }
  for (const path of whiteouts) {
    const node = findNode(root, path);
    if (node === undefined) continue;
    for (const entry of [node.entry, ...entriesBelow(node)]) hide(entry);
    removeNode(root, path);
  }
  for (const entry of entries) {
    const known = findNode(root, entry.path);
    if (known !== undefined && entry.kind !== "directory") for (const below of entriesBelow(known)) hide(below);
    const change = changeOf(entry, known, changes.get(entry.path));
    if (change !== null) changes.set(entry.path, change);
    placeEntry(root, { ...entry, layer });
  }
  return [...changes.values()];
}

function hidden({ path, kind, sizeBytes }: ImageEntry): LayerChange {
  return { path, kind, change: "hidden", sizeBytes: 0, hiddenBytes: sizeBytes };
}

/** `gone` is what the same layer removed there. */
function changeOf(entry: LayerEntry, known: TreeNode | undefined, gone: LayerChange | undefined): LayerChange | null {
  const { path, kind, sizeBytes } = entry;
  if (known === undefined && gone === undefined) return { path, kind, change: "added", sizeBytes, hiddenBytes: 0 };
  if (known !== undefined && isFolder(known) && kind === "directory" && isSameFolder(known.entry, entry)) return null;
  const hiddenBytes = known?.entry.sizeBytes ?? gone?.hiddenBytes ?? 0;
  return { path, kind, change: "changed", sizeBytes, hiddenBytes };
}

function isSameFolder(one: LayerEntry, other: LayerEntry): boolean {
  return one.mode === other.mode && one.uid === other.uid && one.gid === other.gid;
}
