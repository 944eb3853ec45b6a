import { posix } from "node:path";
import { findNode, type ImageEntry, type TreeNode } from "../tree.ts";
import type { PackageRecord } from "./claims.ts";

/** Python's installed packages: each has a folder `<name>-<version>.dist-info` beside its modules. */
export function readWheels(root: TreeNode, records: readonly ImageEntry[]): PackageRecord[] {
  const byFolder = Map.groupBy(records, ({ path }) => posix.dirname(path));
  return [...byFolder].map(([info, files]) =>
    readWheel(root, info, new Map(files.map((each) => [posix.basename(each.path), each.text ?? ""]))),
  );
}

function readWheel(root: TreeNode, info: string, texts: ReadonlyMap<string, string>): PackageRecord {
  const site = posix.dirname(info);
  const [, fromFolder = "", versionOfFolder = null] = /^(.+?)(?:-([^-]+))?\.dist-info$/.exec(posix.basename(info)) ?? [];
  const name = header(texts.get("METADATA"), "Name") ?? fromFolder;
  const common = {
    kind: /^\[datasette\]/m.test(texts.get("entry_points.txt") ?? "") ? ("plugin" as const) : ("wheel" as const),
    name,
    version: header(texts.get("METADATA"), "Version") ?? versionOfFolder,
  };
  const record = texts.get("RECORD");
  if (record !== undefined) return { ...common, files: filesOf(record, site) };
  return { ...common, files: null, prefixes: [info, ...modulesOf(root, site, name, texts.get("top_level.txt"))] };
}

/** A field of core metadata: an e-mail's header. */
function header(metadata: string | undefined, name: string): string | null {
  const head = metadata?.replace(/\r?\n\r?\n.*$/s, "") ?? "";
  return new RegExp(`^${name}: *(.+?)\\r?$`, "m").exec(head)?.[1] ?? null;
}

/** RECORD is a CSV of path, hash and size; paths are relative to the folder of the modules, or absolute. */
function filesOf(record: string, site: string): string[] {
  return record.split(/\r?\n/).flatMap((line) => {
    const path = /^"((?:[^"]|"")*)"/.exec(line)?.[1]?.replaceAll('""', '"') ?? line.split(",", 1)[0]!;
    if (path === "") return [];
    return [path.startsWith("/") ? path.slice(1) : posix.normalize(`${site}/${path}`)];
  });
}

/** Without a list: the modules that its `top_level.txt` names, or that are called as the package is: PyYAML's is `yaml`. */
function modulesOf(root: TreeNode, site: string, name: string, topLevel: string | undefined): string[] {
  const named = topLevel?.split(/\s+/).filter((word) => word !== "");
  const plain = normalize(name);
  const short = plain.replace(/^(python_|py)/, "");
  const wanted = new Set(named?.map(normalize) ?? [plain, `_${plain}`, short, `_${short}`]);
  const there = findNode(root, site)?.children.keys() ?? [];
  return [...there]
    .filter((child) => !child.endsWith(".dist-info") && wanted.has(normalize(child.replace(/\..*$/, ""))))
    .map((child) => `${site}/${child}`);
}

function normalize(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]+/g, "_");
}
