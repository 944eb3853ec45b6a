import { mkdir } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import { homeFolder, type Environment } from "../http/environment.ts";

/** A kind of folder that each system has its own place for. */
interface Place {
  /** Below the home folder, by system; Windows and XDG systems have a variable for it too. */
  readonly windows: readonly string[];
  readonly mac: readonly string[];
  readonly xdg: readonly string[];
  readonly xdgVariable: string;
}

const data: Place = {
  windows: ["AppData", "Local"],
  mac: ["Library", "Application Support"],
  xdg: [".local", "share"],
  xdgVariable: "XDG_DATA_HOME",
};
const cache: Place = { windows: ["AppData", "Local"], mac: ["Library", "Caches"], xdg: [".cache"], xdgVariable: "XDG_CACHE_HOME" };

/** Where this tool keeps installed providers and tokens: the XDG data folder, or its equal on macOS and Windows. */
export function dataFolder(env: Environment): string {
  return folderAt(data, env);
}

/**
 * A folder for what can be made or downloaded again, with mode 0700: below the XDG cache folder, or its equal on macOS and
 * Windows. Makes it when it is not there.
 */
export async function makeCacheDir(env: Environment, ...segments: readonly string[]): Promise<string> {
  const dir = join(folderAt(cache, env), ...segments);
  await mkdir(dir, { recursive: true, mode: 0o700 });
  return dir;
}

function folderAt({ windows, mac, xdg, xdgVariable }: Place, env: Environment): string {
  const home = homeFolder(env);
  const base =
    process.platform === "win32"
      ? absolute(env["LOCALAPPDATA"], join(home, ...windows))
      : process.platform === "darwin"
        ? join(home, ...mac)
        : absolute(env[xdgVariable], join(home, ...xdg));
  return join(base, "datasette-publish");
}

/** The XDG specification has relative paths ignored. */
function absolute(path: string | undefined, otherwise: string): string {
  return path !== undefined && isAbsolute(path) ? path : otherwise;
}
