import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { homeFolder } from "@datasette-publish/core";

/**
 * Folder for what can be downloaded again, made with mode 0700.
 * XDG Base Directory Specification, and its equals on macOS and Windows.
 */
export async function makeCacheDir(...segments: string[]): Promise<string> {
  const dir = join(cacheRoot(process.env, process.platform), "datasette-publish", ...segments);
  await mkdir(dir, { recursive: true, mode: 0o700 });
  return dir;
}

export function cacheRoot(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): string {
  if (env.XDG_CACHE_HOME?.startsWith("/")) return env.XDG_CACHE_HOME;
  if (platform === "darwin") return join(homeFolder(), "Library", "Caches");
  if (platform === "win32") return env.LOCALAPPDATA || join(homeFolder(), "AppData", "Local");
  return join(homeFolder(), ".cache");
}
