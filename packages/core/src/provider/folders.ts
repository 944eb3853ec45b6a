import { mkdir } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import { homeFolder, type Environment } from "../http/environment.ts";

/** Where this tool keeps installed providers and tokens: the XDG data folder, or its equal on macOS and Windows. */
export function dataFolder(env: Environment): string {
  const home = homeFolder(env);
  const base =
    process.platform === "win32"
      ? absolute(env["LOCALAPPDATA"], join(home, "AppData", "Local"))
      : process.platform === "darwin"
        ? join(home, "Library", "Application Support")
        : absolute(env["XDG_DATA_HOME"], join(home, ".local", "share"));
  return join(base, "datasette-publish");
}

/**
 * A folder for what can be made or downloaded again, with mode 0700: below the XDG cache folder, or its equal on macOS and
 * Windows. Makes it when it is not there.
 */
export async function makeCacheDir(env: Environment, ...segments: readonly string[]): Promise<string> {
  const home = homeFolder(env);
  const base =
    process.platform === "win32"
      ? absolute(env["LOCALAPPDATA"], join(home, "AppData", "Local"))
      : process.platform === "darwin"
        ? join(home, "Library", "Caches")
        : absolute(env["XDG_CACHE_HOME"], join(home, ".cache"));
  const dir = join(base, "datasette-publish", ...segments);
  await mkdir(dir, { recursive: true, mode: 0o700 });
  return dir;
}

/** The XDG specification has relative paths ignored. */
function absolute(path: string | undefined, otherwise: string): string {
  return path !== undefined && isAbsolute(path) ? path : otherwise;
}
