import { isAbsolute, join } from "node:path";
import { homeFolder, type Environment } from "../http/environment.ts";

/** Where this tool keeps installed providers and tokens: the XDG data folder, or its equal on macOS and Windows. */
export function dataFolder(env: Environment): string {
  const home = homeFolder();
  const base =
    process.platform === "win32"
      ? absolute(env["LOCALAPPDATA"], join(home, "AppData", "Local"))
      : process.platform === "darwin"
        ? join(home, "Library", "Application Support")
        : absolute(env["XDG_DATA_HOME"], join(home, ".local", "share"));
  return join(base, "datasette-publish");
}

/** The XDG specification has relative paths ignored. */
function absolute(path: string | undefined, otherwise: string): string {
  return path !== undefined && isAbsolute(path) ? path : otherwise;
}
