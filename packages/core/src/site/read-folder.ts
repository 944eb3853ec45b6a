import { readdir, realpath, stat } from "node:fs/promises";
import { join, sep } from "node:path";
import { inputError, type InputFile, type LeftOut } from "../files/input-file.ts";
import type { OwnFolder } from "../files/own-files.ts";

/** A file in a folder; `label` is its path there, with slashes. */
export interface FolderFile extends InputFile {
  readonly label: string;
}

interface Walk {
  readonly root: string;
  readonly seen: Set<string>;
  readonly files: FolderFile[];
  readonly leftOut: LeftOut[];
}

/** What a program leaves behind in a folder of its sources. */
const leftBehind = new Set(["__pycache__"]);

/**
 * The files of a folder, recursively and in code point order, without hidden ones. Links out of its root are left out.
 * @throws PublishError `INPUT_NOT_FOUND`, `INPUT_UNREADABLE`
 */
export async function readFolder(folder: OwnFolder, leftOut: LeftOut[]): Promise<readonly FolderFile[]> {
  const walk: Walk = { root: await ask(folder, realpath(folder.root)), seen: new Set(), files: [], leftOut };
  await read({ ...folder, label: "" }, walk);
  return walk.files;
}

async function read(folder: FolderFile, walk: Walk): Promise<void> {
  const real = await ask(folder, realpath(folder.path));
  if (walk.seen.has(real)) return;
  walk.seen.add(real);
  const names = await ask(folder, readdir(folder.path));
  for (const name of names.toSorted((a, b) => (a < b ? -1 : 1))) {
    if (name.startsWith(".") || leftBehind.has(name)) continue;
    await take({ path: join(folder.path, name), name: join(folder.name, name), label: folder.label + name }, walk);
  }
}

async function take(file: FolderFile, walk: Walk): Promise<void> {
  const stats = await ask(file, stat(file.path));
  const { path, name, label } = file;
  if (!(await isWithin(walk.root, path))) walk.leftOut.push({ file: name, why: "is a link out of the folder" });
  else if (stats.isDirectory()) await read({ ...file, label: `${label}/` }, walk);
  else if (stats.isFile()) walk.files.push({ path, name, label });
}

/** Whether a path leads to `root`, a real path, or below it. */
async function isWithin(root: string, path: string): Promise<boolean> {
  return join(await realpath(path), sep).startsWith(join(root, sep));
}

async function ask<T>({ name }: InputFile, answer: Promise<T>): Promise<T> {
  return answer.catch((error: unknown) => {
    throw inputError(name, error);
  });
}
