import { readFile, readdir } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { providerInterface, type Provider } from "@datasette-publish/core";
import docker from "@datasette-publish/provider-docker";

/** The npm keyword that makes a package a provider. */
export const providerKeyword = "datasette-publish-provider";

export interface FoundProvider {
  readonly provider: Provider;
  readonly version: string;
  /** Folder of an installed package; null when built in. */
  readonly folder: string | null;
}

export interface FoundProviders {
  readonly providers: readonly FoundProvider[];
  /** One sentence per package that could not be loaded. */
  readonly problems: readonly string[];
}

/** Where `publish` keeps installed providers: the XDG data folder, or its equal on macOS and Windows. */
export function providersFolder(env: NodeJS.ProcessEnv = process.env): string {
  const home = homedir();
  const base =
    process.platform === "win32"
      ? (env["LOCALAPPDATA"] ?? join(home, "AppData", "Local"))
      : process.platform === "darwin"
        ? join(home, "Library", "Application Support")
        : (env["XDG_DATA_HOME"] ?? join(home, ".local", "share"));
  return join(base, "datasette-publish", "providers");
}

/** Built-in providers, then packages with the keyword in the data folder or beside the CLI. A broken one is a problem, never a crash. */
export async function findProviders(): Promise<FoundProviders> {
  const providers: FoundProvider[] = [{ provider: docker, version: "built in", folder: null }];
  const problems: string[] = [];
  const beside = dirname(fileURLToPath(new URL("..", import.meta.url)));
  const roots = [join(providersFolder(), "node_modules"), ...(basename(beside) === "node_modules" ? [beside] : [])];
  for (const folder of (await Promise.all(roots.map(packageFolders))).flat()) {
    try {
      const found = await loadProvider(folder);
      if (found === null || providers.some((known) => known.provider.name === found.provider.name)) continue;
      providers.push(found);
    } catch (error) {
      problems.push(`Provider ${basename(folder)} could not be loaded: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return { providers, problems };
}

async function packageFolders(nodeModules: string): Promise<string[]> {
  const names = await readdir(nodeModules).catch(() => []);
  const folders = await Promise.all(
    names.map(async (name) =>
      name.startsWith("@")
        ? (await readdir(join(nodeModules, name))).map((scoped) => join(nodeModules, name, scoped))
        : [join(nodeModules, name)],
    ),
  );
  return folders.flat().sort();
}

async function loadProvider(folder: string): Promise<FoundProvider | null> {
  const text = await readFile(join(folder, "package.json"), "utf8").catch(() => null);
  if (text === null) return null;
  const manifest = JSON.parse(text) as { keywords?: string[]; main?: string; version?: string };
  if (!manifest.keywords?.includes(providerKeyword)) return null;
  const module = (await import(pathToFileURL(join(folder, manifest.main ?? "index.js")).href)) as { default?: Provider };
  const provider = module.default;
  if (provider === undefined) throw new Error("its default export is no provider");
  if (provider.interface > providerInterface)
    throw new Error(`it is for provider interface ${provider.interface}, this publish has ${providerInterface}; upgrade datasette-publish`);
  if (!/^[a-z][a-z0-9-]*$/.test(provider.name)) throw new Error("its name is not a lower-case word");
  return { provider, version: manifest.version ?? "unknown", folder };
}
