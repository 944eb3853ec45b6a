import { posix } from "node:path";
import { resolveFolders, type TreeNode } from "../tree.ts";

/** What put files into an image: a package of Debian or Alpine, a Python wheel, a Datasette plugin, which is a wheel too, or one database. */
export type PackageKind = "deb" | "apk" | "wheel" | "plugin" | "database";

/** What a package manager's record says of one package. */
export interface PackageRecord {
  readonly kind: PackageKind;
  readonly name: string;
  /** Null for a database. */
  readonly version: string | null;
  /** Its files; null where the record lists none, as in images whose lists were left out. */
  readonly files: readonly string[] | null;
  /** Paths that are its own with all below: for a wheel without a list. */
  readonly prefixes?: readonly string[];
}

/** Finds the package of a path. */
export type OwnerOf = (path: string) => PackageRecord | undefined;

/**
 * Whose each path is, by the packages' lists. Bytecode belongs to whom its source belongs to, wherever it lies: Python and installers compile
 * after a package's list was written, and our images have bytecode in the source's place.
 */
export function ownersOf(root: TreeNode, records: readonly PackageRecord[]): OwnerOf {
  const exact = new Map<string, PackageRecord>();
  const prefixes = new Map<string, PackageRecord>();
  for (const record of records) {
    for (const file of record.files ?? []) {
      const path = resolveFolders(root, file);
      if (!exact.has(path)) exact.set(path, record);
    }
    for (const prefix of record.prefixes ?? []) prefixes.set(prefix, record);
  }
  return (path) => exact.get(path) ?? exact.get(sourceOf(path)) ?? above(path, prefixes);
}

/** PEP 3147: `a/__pycache__/b.cpython-313.opt-1.pyc` is of `a/b.py`; so is `a/b.pyc`. */
function sourceOf(path: string): string {
  if (!path.endsWith(".pyc")) return path;
  const dir = posix.dirname(path);
  const isCached = posix.basename(dir) === "__pycache__";
  const module = isCached ? posix.basename(path).replace(/\..*$/, "") : posix.basename(path, ".pyc");
  return posix.join(isCached ? posix.dirname(dir) : dir, `${module}.py`);
}

function above(path: string, prefixes: ReadonlyMap<string, PackageRecord>): PackageRecord | undefined {
  for (let at = path; at !== "." && at !== "/"; at = posix.dirname(at)) {
    const found = prefixes.get(at);
    if (found !== undefined) return found;
  }
  return undefined;
}
