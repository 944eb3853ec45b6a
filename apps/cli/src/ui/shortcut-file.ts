import { chmod, readFile, stat, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, join, resolve } from "node:path";
import { PublishError } from "@datasette-publish/core";
import { makeShortcut } from "./shortcut.ts";

/** Which shortcut, and where. */
export interface ShortcutOptions {
  /** Folder; `""`: the desktop, or the home. */
  readonly dir: string;
  /** What the page is to begin with. */
  readonly paths: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly platform?: NodeJS.Platform;
}

/**
 * Writes a shortcut that starts this very program, in the place of one of its name.
 * @throws PublishError `INPUT_NOT_FOUND` without the folder or a path; the system's error where it cannot be written
 */
export async function writeShortcut({ dir, paths, env, platform = process.platform }: ShortcutOptions) {
  const folder = dir === "" ? await desktopFolder(env, platform) : resolve(dir);
  for (const path of [folder, ...paths]) if (!(await isThere(path))) throw notThere(path);
  const [first] = paths;
  const title = first === undefined ? "Datasette Publish" : `Datasette Publish ${basename(resolve(first))}`;
  const program = [process.execPath, ...process.execArgv, ...process.argv.slice(1, 2)];
  const { fileName, text, hint } = makeShortcut(platform, title, [...program, "ui", ...paths.map((path) => resolve(path))]);
  const path = join(folder, fileName);
  await writeFile(path, text, { mode: 0o755 });
  // Of a file that was there, its mode stays.
  await chmod(path, 0o755);
  return { path, hint };
}

/** The folder of what is on the desktop, by whatever name it has in the user's language; without one, the home. */
export async function desktopFolder(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): Promise<string> {
  const home = (platform === "win32" ? env["USERPROFILE"] : env["HOME"]) ?? homedir();
  const oneDrive = env["OneDrive"];
  const named = platform === "linux" ? await xdgDesktop(env, home) : platform === "win32" && oneDrive ? join(oneDrive, "Desktop") : null;
  for (const folder of [named, join(home, "Desktop")]) if (folder !== null && (await isThere(folder))) return folder;
  return home;
}

/** `XDG_DESKTOP_DIR` of xdg-user-dirs: `"$HOME/Schreibtisch"`, or an absolute path. */
async function xdgDesktop(env: NodeJS.ProcessEnv, home: string): Promise<string | null> {
  const file = join(env["XDG_CONFIG_HOME"] || join(home, ".config"), "user-dirs.dirs");
  const text = await readFile(file, "utf8").catch(() => "");
  const [, path] = /^XDG_DESKTOP_DIR="(.*)"$/m.exec(text) ?? [];
  return path?.replace(/^\$HOME(?=\/|$)/, () => home).replaceAll(/\\(.)/g, "$1") ?? null;
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

function notThere(path: string): PublishError {
  return new PublishError("INPUT_NOT_FOUND", `There is no ${path}.`, "Check how it is spelt.", { path });
}
