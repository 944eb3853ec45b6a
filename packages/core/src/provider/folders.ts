import { homedir } from "node:os";
import { join } from "node:path";
import type { Environment } from "../registry/credentials.ts";

/** Where this tool keeps installed providers and tokens: the XDG data folder, or its equal on macOS and Windows. */
export function dataFolder(env: Environment): string {
  const home = homedir();
  const base =
    process.platform === "win32"
      ? (env["LOCALAPPDATA"] ?? join(home, "AppData", "Local"))
      : process.platform === "darwin"
        ? join(home, "Library", "Application Support")
        : env["XDG_DATA_HOME"] || join(home, ".local", "share");
  return join(base, "datasette-publish");
}
