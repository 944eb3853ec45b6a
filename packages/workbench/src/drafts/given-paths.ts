import { createReadStream } from "node:fs";
import { realpath, stat } from "node:fs/promises";
import { basename } from "node:path";
import { PublishError, openProject } from "@datasette-publish/core";
import type { DraftFolders } from "./draft-folder.ts";

/** What a draft begins with: a folder that is published as it is, or files that are copied into it. */
export interface GivenPaths {
  readonly folder: string | null;
  readonly files: readonly { readonly path: string; readonly name: string; readonly sizeBytes: number }[];
}

/** @throws PublishError `INPUT_NOT_FOUND`; `INPUT_UNSUPPORTED` for a folder among several, or two files of one name */
export async function lookAtPaths(paths: readonly string[]): Promise<GivenPaths> {
  const found = await Promise.all(paths.map(lookAt));
  const folder = found.find(({ isFolder }) => isFolder);
  if (folder === undefined) return { folder: null, files: requireNames(found) };
  if (found.length === 1) return { folder: folder.path, files: [] };
  throw new PublishError("INPUT_UNSUPPORTED", `${folder.name} is a folder among several.`, "Give one folder, or files.", {
    file: folder.name,
  });
}

/** Copies files into a draft. @throws PublishError as `DraftFolders.receive` does */
export async function takeFiles(folders: DraftFolders, draft: string, { files }: GivenPaths): Promise<void> {
  for (const { path, name, sizeBytes } of files) await folders.receive(draft, { name, sizeBytes, body: createReadStream(path) });
}

/** The id that the command line gives to the project of a folder; undefined where it opens none. */
export function projectIdOf(folder: string): string | undefined {
  try {
    return openProject([folder]).id;
  } catch {
    return undefined;
  }
}

async function lookAt(given: string) {
  try {
    const path = await realpath(given);
    const stats = await stat(path);
    if (stats.isDirectory() || stats.isFile()) return { path, name: basename(given), sizeBytes: stats.size, isFolder: stats.isDirectory() };
  } catch {
    throw new PublishError("INPUT_NOT_FOUND", `There is no file or folder ${given}.`, "Check how it is spelt.", { file: given });
  }
  throw new PublishError("INPUT_UNSUPPORTED", `${given} is neither a file nor a folder.`, "Give one folder, or files.", { file: given });
}

function requireNames<F extends { readonly name: string }>(files: readonly F[]): readonly F[] {
  const twice = files.find(({ name }, at) => files.findIndex((other) => other.name === name) < at);
  if (twice === undefined) return files;
  throw new PublishError("INPUT_UNSUPPORTED", `Two files are called ${twice.name}.`, "Rename one of them.", { file: twice.name });
}
