import { posix } from "node:path";
import type { ImageEntry } from "../tree.ts";
import type { PackageRecord } from "./claims.ts";

/** Debian's packages: `/var/lib/dpkg/status` (dpkg(1), deb822(5)), or `status.d`, with a file for each, and the lists of their files. */
export function readDpkg(records: readonly ImageEntry[]): PackageRecord[] {
  const lists = new Map<string, readonly string[]>();
  for (const { path, text = "" } of records)
    if (path.endsWith(".list")) lists.set(posix.basename(path, ".list").replace(/:.*$/, ""), filesOf(text));
  const statuses = records.filter(({ path }) => /\/(status|status\.d\/[^/]+)$/.test(path) && !path.endsWith(".md5sums"));
  return statuses
    .flatMap(({ text = "" }) => text.split(/\n{2,}/))
    .flatMap((paragraph) => {
      const name = field(paragraph, "Package");
      const isGone = / (not-installed|config-files)$/.test(field(paragraph, "Status") ?? "");
      if (name === null || isGone) return [];
      return [{ kind: "deb" as const, name, version: field(paragraph, "Version"), files: lists.get(name) ?? null }];
    });
}

function field(paragraph: string, name: string): string | null {
  return new RegExp(`^${name}: *(.+)$`, "m").exec(paragraph)?.[1]?.trim() ?? null;
}

function filesOf(list: string): string[] {
  return list.split("\n").flatMap((line) => (line.startsWith("/") && line !== "/." ? [line.slice(1)] : []));
}
