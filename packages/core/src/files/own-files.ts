import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { InputFile } from "./input-file.ts";

/**
 * What Datasette looks for in a folder that is a whole site (its configuration directory mode), what pip installs for it, and what is said
 * of its data: that may be in a folder of data alone too.
 */
const kinds = {
  config: ["datasette.json", "datasette.yaml", "datasette.yml"],
  metadata: ["metadata.json", "metadata.yaml", "metadata.yml"],
  settings: ["settings.json"],
  requirements: ["requirements.txt"],
  conversion: ["publish.yaml", "publish.yml"],
  templates: ["templates"],
  plugins: ["plugins"],
  static: ["static"],
} as const;
const folders = new Set<string>([...kinds.templates, ...kinds.plugins, ...kinds.static]);

export type OwnKind = keyof typeof kinds;
/** Names at the top of a folder, by what they are to a site. */
export type OwnNames = Readonly<Record<OwnKind, readonly string[]>>;

/** A folder of a site's files. */
export interface OwnFolder extends InputFile {
  /** A link in it that leads out of here is not followed. */
  readonly root: string;
}

/** A folder whose files are served as they are, below `/<mount>/`. */
export interface StaticFolder {
  readonly mount: string;
  readonly folder: OwnFolder;
}

/** What a site has besides data: where its files and folders are. Nothing of it has been read. */
export interface OwnFiles {
  /** YAML or JSON. */
  readonly metadata?: InputFile;
  /** What Datasette 1.0 calls its configuration, YAML or JSON. */
  readonly config?: InputFile;
  readonly settings?: InputFile;
  /** Requirements as pip reads them: plugins to install. */
  readonly requirements?: InputFile;
  readonly templates?: OwnFolder;
  readonly plugins?: OwnFolder;
  readonly statics?: readonly StaticFolder[];
}

/** The names in a folder that may be a site's own; all are empty where it cannot be listed. */
export function ownNames(folder: string): OwnNames {
  const there = new Set(list(folder));
  const found = Object.entries(kinds).map(([kind, names]) => [
    kind,
    names.filter((name) => there.has(name) && isFolder(join(folder, name)) === folders.has(name)),
  ]);
  return Object.fromEntries(found) as OwnNames;
}

/** Whether a folder is the project of a site, not only a folder of data. */
export function isProject({ config, metadata, templates, plugins }: OwnNames): boolean {
  return [config, metadata, templates, plugins].some((names) => names.length > 0);
}

/** Whether a file describes a site, or its data, by its name, wherever it is. */
export function isDescription(name: string): boolean {
  return [...kinds.config, ...kinds.metadata, ...kinds.conversion].some((known) => known === name);
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
