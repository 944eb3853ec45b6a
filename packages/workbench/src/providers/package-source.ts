import { existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import { isAbsolute, join, resolve } from "node:path";
import { PublishError } from "@datasette-publish/core";
import { npm, quiet, type NpmCall } from "./npm.ts";

/** What npm is to install: a folder is packed first, so that what is installed is a copy. @throws PublishError `INPUT_NOT_FOUND` */
export async function packageSource(source: string, call: NpmCall): Promise<string> {
  if (!isPath(source)) return source;
  const path = resolve(source);
  const stats = await stat(path).catch(() => null);
  if (stats === null) throw notFound(`There is no file or folder ${source}.`, source);
  if (!stats.isDirectory()) return path;
  if (!existsSync(join(path, "package.json"))) throw notFound(`Folder ${source} holds no package: it has no package.json.`, source);
  const [pack] = JSON.parse(await npm(["pack", path, "--json", "--pack-destination", call.cwd, ...quiet], call)) as { filename: string }[];
  return join(call.cwd, pack?.filename ?? "");
}

/** Whether npm was given a folder of this machine. */
export async function isFolder(source: string): Promise<boolean> {
  return isPath(source) && (await stat(source).catch(() => null))?.isDirectory() === true;
}

/** `./folder`, `a/b.tgz`, `/abs`, `C:\x`, but neither `@scope/name` nor a URL. */
function isPath(source: string): boolean {
  if (isAbsolute(source) || source.startsWith(".")) return true;
  if (source.startsWith("@") || /^[a-z+]{2,}:/.test(source)) return false;
  return /[\\/]|\.(tgz|tar\.gz|tar)$/.test(source);
}

function notFound(message: string, path: string): PublishError {
  return new PublishError("INPUT_NOT_FOUND", message, "Give a package's name, a tarball or a package's folder.", { path });
}
