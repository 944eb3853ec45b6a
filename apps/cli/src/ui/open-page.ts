import { randomBytes } from "node:crypto";
import { rm, writeFile } from "node:fs/promises";
import { homedir, release, tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { openTarget } from "../browser.ts";

/** How long a browser may take to read the file, in milliseconds. */
const readMs = 60_000;

/**
 * Opens the page. Every user of a machine sees the arguments of all programs, and the address has the key, so the browser is given a
 * file that leads there, which this user alone can read. Returns why no browser was opened; null: one was.
 */
export async function openPage(url: string, env: NodeJS.ProcessEnv, opened: Promise<void>): Promise<string | null> {
  // On Windows nobody sees the arguments of another user's programs, and its browser does not find a file of its Linux.
  const isWindows = process.platform === "win32" || /microsoft/i.test(release());
  const door = isWindows ? null : await writeDoor(url, env);
  try {
    await openTarget(door === null ? url : pathToFileURL(door).href);
  } catch (error) {
    if (door !== null) await rm(door, { force: true });
    return error instanceof Error ? error.message : String(error);
  }
  if (door !== null) removeOnce(door, opened);
  return null;
}

/** The file goes when the page was opened, or the browser has had its time, or with the process. */
function removeOnce(door: string, opened: Promise<void>): void {
  const remove = (): void => void rm(door, { force: true });
  const timer = setTimeout(remove, readMs).unref();
  void opened.then(() => (clearTimeout(timer), remove()));
  process.once("exit", remove);
}

/**
 * Writes a file that leads to an address. It is in the home: browsers that come as snaps see neither hidden folders nor the system's temporary
 * one.
 */
async function writeDoor(url: string, env: NodeJS.ProcessEnv): Promise<string> {
  const name = `datasette-publish-${randomBytes(8).toString("hex")}.html`;
  const text = `<!doctype html>
<meta charset="utf-8">
<meta name="referrer" content="no-referrer">
<meta http-equiv="refresh" content="0; url=${url}">
<title>Datasette Publish</title>
<p><a href="${url}">Open Datasette Publish</a>
`;
  const write = async (folder: string): Promise<string> => {
    const path = join(folder, name);
    await writeFile(path, text, { mode: 0o600, flag: "wx" });
    return path;
  };
  return write(env["HOME"] ?? homedir()).catch(() => write(tmpdir()));
}
