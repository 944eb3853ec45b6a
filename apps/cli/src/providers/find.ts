import { readdir } from "node:fs/promises";
import { basename, dirname, join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { isPublishError, type Provider } from "@datasette-publish/core";
import docker from "@datasette-publish/provider-docker";
import fly from "@datasette-publish/provider-fly";
import heroku from "@datasette-publish/provider-heroku";
import { inOneLine } from "../errors.ts";
import { listInstalls, packageOf, providersFolder } from "./installs.ts";
import { loadProvider, type FoundProvider } from "./load.ts";

export interface FoundProviders {
  readonly providers: readonly FoundProvider[];
  /** One sentence per package that could not be loaded. */
  readonly problems: readonly string[];
}

export const builtIn: readonly Provider[] = [docker, fly, heroku];

/** They lie beside the CLI where npm flattens. */
const ownPackages = new Set(builtIn.map(({ name }) => `@datasette-publish/provider-${name}`));

/** Built-in providers, then packages with the keyword in the data folder or beside the CLI. A broken one is a problem, never a crash. */
export async function findProviders(taken: ReadonlySet<string>, env: NodeJS.ProcessEnv = process.env): Promise<FoundProviders> {
  const providers: FoundProvider[] = builtIn.map((provider) => ({ provider, version: "built in", folder: null }));
  const problems: string[] = [];
  for (const folder of await packageFolders(env)) {
    if (ownPackages.has(folder.split(sep).slice(-2).join("/"))) continue;
    try {
      const found = await loadProvider(folder, taken);
      if (found !== null && !providers.some(({ provider }) => provider.name === found.provider.name)) providers.push(found);
    } catch (error) {
      problems.push(`Provider ${basename(folder)} could not be loaded: ${reasonOf(error)}`);
    }
  }
  return { providers, problems };
}

function reasonOf(error: unknown): string {
  if (isPublishError(error)) return inOneLine(error);
  return error instanceof Error ? error.message : String(error);
}

/** Folders of packages that may be providers: what publish installed, the latest first, and what npm was told to put where they are looked for. */
async function packageFolders(env: NodeJS.ProcessEnv): Promise<readonly string[]> {
  const installs = await listInstalls(env);
  const installed = await Promise.all(installs.map(async ({ folder }) => join(folder, "node_modules", (await packageOf(folder)) ?? "")));
  const beside = dirname(fileURLToPath(new URL("../..", import.meta.url)));
  const shared = [join(providersFolder(env), "node_modules"), ...(basename(beside) === "node_modules" ? [beside] : [])];
  return [...installed, ...(await Promise.all(shared.map(packagesIn))).flat()];
}

async function packagesIn(nodeModules: string): Promise<readonly string[]> {
  const names = await namesIn(nodeModules);
  const scoped = async (scope: string) => (await namesIn(join(nodeModules, scope))).map((name) => join(scope, name));
  const packages = await Promise.all(names.map(async (name) => (name.startsWith("@") ? scoped(name) : [name])));
  return packages
    .flat()
    .sort()
    .map((name) => join(nodeModules, name));
}

function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}
