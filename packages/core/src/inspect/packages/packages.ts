import { entriesBelow, type ImageEntry, type TreeNode } from "../tree.ts";
import { readApk } from "./apk.ts";
import { ownersOf, type OwnerOf, type PackageKind, type PackageRecord } from "./claims.ts";
import { readDpkg } from "./dpkg.ts";
import { readWheels } from "./wheels.ts";

/** One package of an image, with what it takes. */
export interface Package {
  readonly kind: PackageKind;
  /** A database's is its path. */
  readonly name: string;
  readonly version: string | null;
  /** Null where nothing in the image says which files are its own. */
  readonly sizeBytes: number | null;
  readonly files: number;
}

/** The packages of an image, largest first, and whose each path is. A database that no package brought is one of its own. */
export function packagesOf(root: TreeNode): { readonly packages: readonly Package[]; readonly ownerOf: OwnerOf } {
  const files = [...entriesBelow(root)];
  const records = recordsOf(root, files);
  const owner = ownersOf(root, records);
  const databases = files.filter(({ path, isDatabase }) => isDatabase && owner(path) === undefined);
  const made = new Map(
    databases.map(({ path }): [string, PackageRecord] => [path, { kind: "database", name: path, version: null, files: [path] }]),
  );
  const ownerOf: OwnerOf = (path) => owner(path) ?? made.get(path);
  return { packages: weigh([...records, ...made.values()], files, ownerOf), ownerOf };
}

function recordsOf(root: TreeNode, files: readonly ImageEntry[]): PackageRecord[] {
  const texts = files.filter(({ text }) => text !== undefined);
  const within = (pattern: RegExp) => texts.filter(({ path }) => pattern.test(path));
  return [
    ...readDpkg(within(/^var\/lib\/dpkg\//)),
    ...readApk(within(/apk\/db\/installed$/)),
    ...readWheels(root, within(/\.dist-info\/[^/]+$/)),
  ];
}

function weigh(records: readonly PackageRecord[], files: readonly ImageEntry[], ownerOf: OwnerOf): Package[] {
  const sums = new Map(records.map((record) => [record, { sizeBytes: 0, files: 0 }]));
  for (const { path, kind, sizeBytes } of files) {
    const record = kind === "directory" ? undefined : ownerOf(path);
    const sum = record === undefined ? undefined : sums.get(record);
    if (sum === undefined) continue;
    sum.sizeBytes += sizeBytes;
    sum.files++;
  }
  return [...sums]
    .map(([{ kind, name, version, files: list, prefixes }, sum]) => {
      const isKnown = list !== null || prefixes !== undefined;
      return { kind, name, version, sizeBytes: isKnown ? sum.sizeBytes : null, files: sum.files };
    })
    .toSorted((a, b) => (b.sizeBytes ?? -1) - (a.sizeBytes ?? -1) || (a.name < b.name ? -1 : 1));
}
