import { readdir, stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { PublishError } from "@datasette-publish/core";
import type { TarFile } from "@datasette-publish/core/oci";
import { namesSource } from "@datasette-publish/plugins";

/** What is built from source, in the stage with a compiler. */
export interface Sources {
  /** Lines of a file of requirements: addresses, names with versions, paths below {@link sourcesPlace}. */
  readonly lines: readonly string[];
  /** Files of the build folder that the lines name. */
  readonly files: readonly TarFile[];
  /** Whether pip needs git to fetch one. */
  readonly needsGit: boolean;
}

/** Where local sources are in the folder that is built, and in the stage that builds it. */
const sourcesPlace = "build/sources";

/** Folders that are no part of a project's source. */
const leftOut = new Set([".git", ".venv", "venv", "node_modules", "__pycache__", ".pytest_cache", ".tox", "build", "dist"]);

/** True if a requirement names a source that is built in the image's first stage: a folder, an archive, an address that is no wheel's. */
export async function isSource(text: string): Promise<boolean> {
  const given = text.trim();
  if (namesSource(given)) return !/(^|@\s*)file:/.test(given);
  return /^\.|[/\\]/.test(given) && (await stat(given).catch(() => null))?.isDirectory() === true;
}

/**
 * Reads sources: local ones, and wheels, are copied into the folder that is built.
 * @throws PublishError `INPUT_NOT_FOUND`, `OPTION_INVALID` for an address with a password
 */
export async function readSources(texts: readonly string[]): Promise<Sources> {
  const lines: string[] = [];
  const files: TarFile[] = [];
  for (const [at, text] of texts.map((each) => each.trim()).entries()) {
    refusePassword(text);
    const path = (await isLocal(text)) ? resolve(text) : null;
    if (path === null) {
      lines.push(text);
      continue;
    }
    const place = `${sourcesPlace}/${at}/${basename(path)}`;
    files.push(...(await filesOf(path, place)));
    lines.push(`/${place}`);
  }
  return { lines, files, needsGit: lines.some((line) => /(^|@\s*)git\+/.test(line)) };
}

async function isLocal(text: string): Promise<boolean> {
  return !/:\/\//.test(text) && (text.endsWith(".whl") || (await isSource(text)));
}

async function filesOf(path: string, place: string): Promise<TarFile[]> {
  const found = await stat(path).catch((error: unknown) => {
    throw new PublishError("INPUT_NOT_FOUND", `There is no file ${path}.`, "Check the path.", { option: "install", path }, error);
  });
  if (!found.isDirectory()) return [{ name: place, mode: 0o644, source: path }];
  const files: TarFile[] = [];
  for (const entry of await readdir(path, { withFileTypes: true })) {
    if (leftOut.has(entry.name) || entry.name.endsWith(".egg-info")) continue;
    if (entry.isDirectory()) files.push(...(await filesOf(join(path, entry.name), `${place}/${entry.name}`)));
    else if (entry.isFile()) files.push({ name: `${place}/${entry.name}`, mode: 0o644, source: join(path, entry.name) });
  }
  return files;
}

/** It would be kept in the engine's store of what it built. */
function refusePassword(text: string): void {
  if (!/:\/\/[^/\s]*:[^/\s]*@|:\/\/[^/\s@]{20,}@/.test(text)) return;
  const message = "The address of a source holds a password, which an engine would keep with what it builds.";
  throw new PublishError("OPTION_INVALID", message, "Download it, and give its path.", { option: "install" });
}

/** Datasette's own source: a branch, a tag or a commit of its repository, an address, or a local archive or folder. @throws PublishError `OPTION_INVALID` */
export async function datasetteSource(branch: string): Promise<string> {
  if (/^https?:\/\//.test(branch)) return `datasette @ ${branch}`;
  if (await isSource(branch)) return branch;
  if (/^\w[\w./-]*$/.test(branch)) return `datasette @ https://github.com/simonw/datasette/archive/${branch}.zip`;
  const message = `${JSON.stringify(branch)} is neither a branch or a tag of Datasette nor the path or address of a zip file.`;
  throw new PublishError("OPTION_INVALID", message, "Give one, such as main.", { option: "branch", branch });
}
