import { createHash } from "node:crypto";
import { realpathSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { inputError, type InputFile, type LeftOut } from "../files/input-file.ts";
import type { OwnFiles } from "../files/own-files.ts";
import { checkName, siteName, stemOf } from "../site/site-name.ts";
import { findOwn } from "./find-own.ts";
import { fileMemory, memoryFile } from "./memory-file.ts";
import type { Memory } from "./memory.ts";

/** What is published, and who it is: opened once, then handed to everything that asks. */
export interface Project {
  /** Files, folders and archives, at least one. */
  readonly inputs: readonly InputFile[];
  /** The site's name, a slug. */
  readonly name: string;
  /** The user gave the name. */
  readonly isNamed: boolean;
  /** The only input's name as it is written; null for several. */
  readonly title: string | null;
  /** Tells apart projects that come to one name; no path can be read from it. */
  readonly id: string;
  readonly memory: Memory;
  /** What it has besides data: the files of a folder that is a site's project, and those that a caller gave. */
  readonly files: OwnFiles;
  /** What of that kind is there and not taken. */
  readonly leftOut: readonly LeftOut[];
}

/** What a caller decides itself. */
export interface ProjectOptions {
  /** Unset: made from the first input's name. */
  readonly name?: string;
  /** Unset: made from where the first input is. */
  readonly id?: string;
  /** Unset: the state file in the first folder, or beside the first file. */
  readonly memory?: Memory;
  /** They win over the project's files of their kind. */
  readonly files?: OwnFiles;
}

/**
 * Opens a project. An input is a path as it was typed, or a path and the name to show for it.
 * @throws PublishError `INPUT_NOT_FOUND`, `INPUT_UNREADABLE`, `SITE_NAME_INVALID`, and what `findOwn` throws
 */
export function openProject(given: readonly (string | InputFile)[], options: ProjectOptions = {}): Project {
  const inputs = given.map((input) => (typeof input === "string" ? { path: input, name: input } : input));
  const isFolder = inputs.map(isDirectory);
  const [first] = inputs;
  if (first === undefined) throw new RangeError("a project has at least one input");
  const name = options.name ?? siteName(first.name);
  checkName(name);
  return {
    inputs,
    name,
    isNamed: options.name !== undefined,
    title: (inputs.length === 1 && stemOf(first.name)) || null,
    id: options.id ?? idOf(first),
    memory: options.memory ?? memoryOf(first, isFolder[0]!),
    ...findOwn(
      inputs.filter((_, at) => isFolder[at]),
      options.files ?? {},
    ),
  };
}

function isDirectory({ path, name }: InputFile): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (error) {
    throw inputError(name, error);
  }
}

function idOf({ path }: InputFile): string {
  return createHash("sha256").update(realpathSync(path)).digest("hex").slice(0, 12);
}

function memoryOf({ path, name }: InputFile, isFolder: boolean): Memory {
  const inFolder = (of: string): string => (isFolder ? of : dirname(of));
  return fileMemory(inFolder(path), join(inFolder(name), memoryFile), !isFolder);
}
