import { entriesBelow, type ImageEntry, type Inspection, type LayerChange, type TreeNode } from "@datasette-publish/core/inspect";

/** One thing to look at, with what it is made of: what the tree on a terminal and the page draw. */
export interface ViewNode {
  readonly name: string;
  readonly sizeBytes: number;
  /** Index of the layer that its bytes are in; null where they are in several, or in none. */
  readonly layer: number | null;
  /** What else there is to say of it. */
  readonly note: string;
  /** Largest first. */
  readonly children: readonly ViewNode[];
}

/** An image from three sides: by folder, by package, by layer. */
export function viewsOf(inspection: Inspection): readonly ViewNode[] {
  return [folderView(inspection), packageView(inspection), layerView(inspection)];
}

function folderView({ root }: Inspection): ViewNode {
  return { ...folderNode(root), name: "Folders" };
}

function folderNode(node: TreeNode): ViewNode {
  const children = [...node.children.values()].map(folderNode);
  const { kind, linkName, layer } = node.entry;
  const note = kind === "symlink" || kind === "hardlink" ? `→ ${linkName}` : kind === "device" ? "device" : "";
  return parent(node.name, children, note, { sizeBytes: node.entry.sizeBytes, layer });
}

/** Packages by kind, then all that none brought by folder. */
function packageView({ root, packages, ownerOf }: Inspection): ViewNode {
  const kinds = [...Map.groupBy(packages, ({ kind }) => kind)].map(([kind, of]) => {
    const nodes = of.map(({ name, version, sizeBytes, files }) =>
      leaf(
        [name, version ?? ""].join(" ").trim(),
        sizeBytes ?? 0,
        sizeBytes === null ? "its files are not listed" : files === 1 ? "" : `${files} files`,
      ),
    );
    return parent(`${kind}s`, nodes, String(of.length));
  });
  const free = [...entriesBelow(root)].filter(({ path, sizeBytes }) => sizeBytes > 0 && ownerOf(path) === undefined);
  const rest = pathsNode(
    "of no package",
    free.map(({ path, sizeBytes, layer }: ImageEntry) => ({ path, node: leaf("", sizeBytes, "", layer) })),
  );
  return parent("Packages", [...kinds, rest]);
}

function layerView({ layers }: Inspection): ViewNode {
  const nodes = layers.map(({ createdBy, changes }, i) => {
    const paths = changes.filter(({ kind }) => kind !== "directory").map((change) => ({ path: change.path, node: changeNode(change, i) }));
    return pathsNode(`${i + 1}  ${createdBy.replaceAll(/\s+/g, " ")}`, paths);
  });
  return { ...parent("Layers", []), sizeBytes: nodes.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0), children: nodes };
}

function changeNode({ change, sizeBytes, hiddenBytes }: LayerChange, layer: number): ViewNode {
  return leaf("", sizeBytes, change === "added" ? "" : hiddenBytes === 0 ? change : `${change}, ${hiddenBytes} bytes below`, layer);
}

/** A tree of paths, each with the node at its end. */
function pathsNode(name: string, paths: readonly { readonly path: string; readonly node: ViewNode }[], depth = 0): ViewNode {
  const groups = Map.groupBy(paths, ({ path }) => path.split("/")[depth]!);
  const children = [...groups].map(([part, of]) => {
    const own = of.find(({ path }) => path.split("/").length === depth + 1);
    const below = of.filter((each) => each !== own);
    return below.length === 0 ? { ...own!.node, name: part } : pathsNode(part, below, depth + 1);
  });
  return parent(name, children);
}

function leaf(name: string, sizeBytes: number, note: string, layer: number | null = null): ViewNode {
  return { name, sizeBytes, layer, note, children: [] };
}

/** `own` is what it is by itself, as a file is. */
function parent(
  name: string,
  children: readonly ViewNode[],
  note = "",
  own: { sizeBytes: number; layer: number } = { sizeBytes: 0, layer: -1 },
): ViewNode {
  const sizeBytes = children.reduce((sum, child) => sum + child.sizeBytes, own.sizeBytes);
  const first = children.find((child) => child.sizeBytes > 0)?.layer ?? null;
  const isOne = children.every((child) => child.layer === first || child.sizeBytes === 0);
  const layer = own.sizeBytes > 0 ? own.layer : isOne ? first : null;
  return { name, sizeBytes, layer, note, children: children.toSorted((a, b) => b.sizeBytes - a.sizeBytes || (a.name < b.name ? -1 : 1)) };
}
