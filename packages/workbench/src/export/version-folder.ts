import { constants, existsSync } from "node:fs";
import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { databaseFiles, emptyServe, siteFiles, toArguments, type Site } from "@datasette-publish/core";

/** What Datasette is started with in a version's folder, as a list. */
const argumentsFile = "arguments.json";

/** Keeps a published site: its files at the places that they have in the image, to compare an update with, to download, and to run. */
export async function keepVersion({ serve }: Site, dir: string): Promise<void> {
  for (const { name, source } of [...databaseFiles(serve), ...siteFiles(serve)]) {
    const path = join(dir, name);
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await (typeof source === "string" ? copyFile(source, path, constants.COPYFILE_FICLONE) : writeFile(path, source, { mode: 0o600 }));
  }
  // Last, so that a folder which has it is whole.
  await writeFile(join(dir, argumentsFile), JSON.stringify({ line: serve.line, arguments: toArguments(serve).map(relative) }));
}

/** Whether a version's folder is there, and whole. */
export function isKept(dir: string): boolean {
  return existsSync(join(dir, argumentsFile));
}

/** Where a version has a database. */
export function versionDatabase(dir: string, fileName: string): string {
  return join(dir, databaseFiles({ ...emptyServe, databases: [{ fileName, path: "" }] })[0]!.name);
}

/** A path in the image as one below the folder; `mount:/path` of static files too. */
function relative(argument: string): string {
  return argument.replace(/^((?:[^\s:/][^\s:]*:)?)\//, "$1");
}
