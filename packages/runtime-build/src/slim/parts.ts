import { posix } from "node:path";
import type { ImageFile } from "@datasette-publish/core";
import { closeOverLibraries, modulesIn, type Import, type ImportReader } from "@datasette-publish/plugins";
import { keptSources } from "../compile.ts";
import { packagesDir } from "../slice.ts";

const stdlib = "usr/lib/python3.13";
/** Where modules are imported from, the innermost first. */
const moduleFolders = [`${stdlib}/lib-dynload`, stdlib, packagesDir, "app"];

/** Files that stay or go together. */
export interface Part {
  readonly name: string;
  readonly files: string[];
  readonly imports: Import[];
  /** Other parts that it cannot do without, by name. */
  readonly needs: Set<string>;
}

/** A package of Debian or of Python: its record and licences, which go when all else of it goes. */
export interface Origin {
  readonly name: string;
  /** Paths of what it brought. */
  readonly files: ReadonlySet<string>;
  isRecord(path: string): boolean;
}

/** Files that are no modules and that go with a part. */
const attached: Readonly<Record<string, string>> = {
  "etc/ssl/certs/ca-certificates.crt": "ca-certificates",
  "usr/lib/ssl/cert.pem": "ca-certificates",
  "usr/share/zoneinfo": "tzdata",
};

/** The parts of a runtime, by name. What belongs to none always stays. `files` has Python's sources. */
export function partsOf(
  files: readonly ImageFile[],
  origins: readonly Origin[],
  libraryDirs: readonly string[],
  readImports: ImportReader,
): Map<string, Part> {
  const byPath = new Map(files.map((file) => [file.name, file]));
  const parts = new Map<string, Part>();
  const partOf = (name: string): Part => {
    const part = parts.get(name) ?? { name, files: [], imports: [], needs: new Set() };
    parts.set(name, part);
    return part;
  };
  const partOfFile = new Map<string, Part>();
  const put = (path: string, part: Part): void => {
    part.files.push(inImage(path));
    partOfFile.set(path, part);
  };
  for (const { module, packageName, file } of modulesIn(files, moduleFolders)) {
    const part = partOf(module);
    put(file.name, part);
    if (file.name.endsWith(".py") && file.source instanceof Uint8Array) part.imports.push(...readImports(file.source, packageName));
    for (const path of file.name.endsWith(".so") ? closeOverLibraries([file.name], byPath, libraryDirs) : [])
      if (path !== file.name) part.needs.add(posix.basename(path));
  }
  for (const path of byPath.keys()) {
    if (partOfFile.has(path)) continue;
    const name = attached[path] ?? libraryName(path, libraryDirs) ?? packageAbove(path, parts);
    if (name !== null) put(path, partOf(name));
  }
  for (const origin of origins) addRecord(origin, byPath, partOfFile, partOf, put);
  return parts;
}

/** A package's record is a part that all its other parts need. */
function addRecord(
  { name, files, isRecord }: Origin,
  byPath: ReadonlyMap<string, ImageFile>,
  partOfFile: ReadonlyMap<string, Part>,
  partOf: (name: string) => Part,
  put: (path: string, part: Part) => void,
): void {
  const brought = [...files].filter((path) => byPath.has(path) && !isRecord(path));
  // What always stays keeps its record.
  if (brought.length === 0 || brought.some((path) => !partOfFile.has(path))) return;
  const record = partOf(`package ${name}`);
  for (const path of byPath.keys()) if (isRecord(path)) put(path, record);
  for (const path of brought) partOfFile.get(path)!.needs.add(record.name);
}

/** Where a file is once it is compiled. */
function inImage(path: string): string {
  return path.endsWith(".py") && !keptSources.has(path) ? `${path}c` : path;
}

function libraryName(path: string, libraryDirs: readonly string[]): string | null {
  return posix.dirname(path) === libraryDirs[0] && /\.so(\.|$)/.test(path) ? posix.basename(path) : null;
}

/** Data goes with the innermost package that it lies in. */
function packageAbove(path: string, parts: ReadonlyMap<string, Part>): string | null {
  const folder = [stdlib, packagesDir].find(
    (each) => path.startsWith(`${each}/`) && !(each === stdlib && path.startsWith(`${packagesDir}/`)),
  );
  if (folder === undefined) return null;
  for (let dir = posix.dirname(path); dir !== folder; dir = posix.dirname(dir)) {
    const name = dir.slice(folder.length + 1).replaceAll("/", ".");
    if (parts.has(name)) return name;
  }
  return null;
}
