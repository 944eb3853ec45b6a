import { access, constants, mkdir } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import { PublishError } from "../errors/publish-error.ts";
import { diskFull, isDiskFull } from "../files/disk-full.ts";
import { systemCode } from "../files/failures.ts";
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

/** What names the place of the folders, by system. */
function variableOf({ xdgVariable }: Place): string {
  return { win32: "LOCALAPPDATA", darwin: "HOME" }[process.platform as string] ?? xdgVariable;
}

/** Where this tool keeps installed providers and tokens: the XDG data folder, or its equal on macOS and Windows. */
export function dataFolder(env: Environment): string {
  return folderAt(data, env);
}

/**
 * A folder for what can be made or downloaded again, with mode 0700: below the XDG cache folder, or its equal on macOS and
 * Windows. Makes it when it is not there.
 *
 * @throws PublishError `OUTPUT_UNWRITABLE`, `DISK_FULL`
 */
export async function makeCacheDir(env: Environment, ...segments: readonly string[]): Promise<string> {
  return makeFolder(cache, env, segments);
}

/** A folder below {@link dataFolder}, with mode 0700. Makes it when it is not there. @throws PublishError as {@link makeCacheDir} does */
export async function makeDataDir(env: Environment, ...segments: readonly string[]): Promise<string> {
  return makeFolder(data, env, segments);
}

async function makeFolder(place: Place, env: Environment, segments: readonly string[]): Promise<string> {
  const dir = join(folderAt(place, env), ...segments);
  try {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    await access(dir, constants.W_OK);
    return dir;
  } catch (error) {
    if (isDiskFull(error)) throw diskFull(dir, error);
    const message = `The folder ${dir} cannot be written (${systemCode(error)}).`;
    throw new PublishError(
      "OUTPUT_UNWRITABLE",
      message,
      `Set ${variableOf(place)} to a folder that you may write to.`,
      { path: dir },
      error,
    );
  }
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
