import { posix } from "node:path";
import { PublishError, type ImageFile } from "@datasette-publish/core";
import { readElf } from "./elf.ts";

type Files = ReadonlyMap<string, ImageFile>;

/**
 * Names of every file the ELF files among `roots` need to load, themselves included: the closure of DT_NEEDED and PT_INTERP
 * over `files`, with the symbolic links on the way. Looks where ld.so(8) does: run path, then the default folders.
 *
 * @throws PublishError `RUNTIME_LIBRARY_UNRESOLVED` for a library that no file provides
 */
export function closeOverLibraries(roots: Iterable<string>, files: Files, libraryDirs: readonly string[]): Set<string> {
  const closed = new Set<string>();
  const queue = [...roots];
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    const path = followLinks(name, files, closed);
    const source = path === null ? undefined : files.get(path)?.source;
    if (path === null || closed.has(path) || source === undefined) continue;
    closed.add(path);
    const elf = typeof source === "string" ? null : readElf(source);
    if (elf === null) continue;
    if (elf.interpreter !== null) queue.push(mustFind(elf.interpreter, path, [""], files));
    const origin = posix.dirname(path);
    const runPath = elf.runPath.map((dir) => dir.replace(/\$\{?ORIGIN\}?/g, `/${origin}`));
    for (const library of elf.needed) queue.push(mustFind(library, path, [...runPath, ...libraryDirs], files));
  }
  return closed;
}

/** Path of the file a name leads to, links in the way included (`lib64` → `usr/lib64`); null when there is none. Adds each link to `seen`. */
export function followLinks(name: string, files: Files, seen: Set<string> = new Set()): string | null {
  let path = posix.normalize(name).replace(/^\/+/, "");
  for (let hops = 0; hops < 40; hops++) {
    const link = findLink(path, files);
    if (link === null) return files.has(path) ? path : null;
    seen.add(link.name);
    const target = posix.resolve(`/${posix.dirname(link.name)}`, link.linkName ?? "");
    path = posix.join(target, path.slice(link.name.length)).replace(/^\/+/, "");
  }
  return null;
}

function findLink(path: string, files: Files): ImageFile | null {
  const segments = path.split("/");
  for (let count = 1; count <= segments.length; count++) {
    const file = files.get(segments.slice(0, count).join("/"));
    if (file?.type === "symlink") return file;
  }
  return null;
}

function mustFind(library: string, neededBy: string, dirs: readonly string[], files: Files): string {
  const found = dirs.map((dir) => posix.join(dir, library)).find((candidate) => followLinks(candidate, files) !== null);
  if (found !== undefined) return found.replace(/^\/+/, "");
  throw new PublishError(
    "RUNTIME_LIBRARY_UNRESOLVED",
    `${neededBy} needs ${library}, which no locked package provides.`,
    "Add the Debian package that has it to the lock's package list, and lock again.",
    { file: neededBy, library },
  );
}
