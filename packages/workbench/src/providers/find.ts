import { readdir } from "node:fs/promises";
import { basename, join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { PublishError, extend, toPublishError, type Extension, type Provider } from "@datasette-publish/core";
import docker from "@datasette-publish/provider-docker";
import fly from "@datasette-publish/provider-fly";
import heroku from "@datasette-publish/provider-heroku";
import { checkProvider } from "./check-provider.ts";
import { describeOnce, descriptionFile, readDescription, type Description } from "./description.ts";
import type { DescribeOptions } from "./describe.ts";
import { draw } from "./draw.ts";
import { listInstalls, providersFolder } from "./installs.ts";
import type { Package } from "./package.ts";
import { invalidProvider, type PackageProcess } from "./running.ts";

export interface FoundProvider {
  readonly provider: Provider;
  readonly version: string;
  /** Name and folder of an installed package; null when built in. */
  readonly package: string | null;
  readonly folder: string | null;
}

export interface FoundProviders {
  readonly providers: readonly FoundProvider[];
  readonly problems: readonly ProviderProblem[];
}

/** A package that could not be loaded, by the name of its folder. */
export interface ProviderProblem {
  readonly package: string;
  readonly error: PublishError;
}

/** Who looks for providers. */
export interface FindOptions extends DescribeOptions {
  /** Names that no installed provider may have, beside those that are built in. */
  readonly taken?: ReadonlySet<string>;
  /** What is done in the process where their code runs. */
  readonly process?: PackageProcess;
}

export const builtIn: readonly Provider[] = [docker, fly, heroku];

/** They lie beside this package where npm flattens. */
const ownPackages = new Set(builtIn.map(({ name }) => `@datasette-publish/provider-${name}`));

/**
 * Built-in providers, then packages with the keyword in the data folder or installed beside this tool, all as they were described: no code of a package
 * is run in this process, nor in another but at its first sight. A broken one is a problem, never a crash.
 */
export async function listProviders(options: FindOptions): Promise<FoundProviders> {
  const providers: FoundProvider[] = builtIn.map((provider) => ({ provider, version: "built in", package: null, folder: null }));
  const problems: ProviderProblem[] = [];
  const add = async (folder: string, describing: Promise<Description | null>) => {
    try {
      const description = await describing;
      const found = description && toProvider(description, folder, options);
      if (found !== null && !providers.some(({ provider }) => provider.name === found.provider.name)) providers.push(found);
    } catch (error) {
      problems.push({ package: basename(folder), error: toPublishError(error) });
    }
  };
  for (const { folder } of await listInstalls(options.env)) {
    const description = await readDescription(descriptionFile(folder));
    if (description === null) problems.push({ package: basename(folder), error: damaged(basename(folder)) });
    else await add(packageFolder(folder, description), Promise.resolve(description));
  }
  for (const folder of await sharedFolders(options.env)) await add(folder, describeOnce(folder, options));
  return { providers, problems };
}

/**
 * The provider of a described package.
 * @throws PublishError `PROVIDER_INVALID`, `PROVIDER_INCOMPATIBLE`
 */
export function toProvider(
  { package: of, fault, provider: described }: Description,
  folder: string,
  { taken, process }: Pick<FindOptions, "taken" | "process">,
): FoundProvider {
  if (fault !== undefined) throw invalidProvider(of, fault);
  const provider = whole(checkProvider(draw(described, { ...of, ...process, folder }), of), of);
  if (taken?.has(provider.name) || builtIn.some(({ name }) => name === provider.name))
    throw invalidProvider(of, `calls its provider ${provider.name}, which is a command or a provider of publish itself`);
  return { provider, version: of.version, package: of.name, folder };
}

/** A provider with what it inherits from a built-in one. @throws PublishError `PROVIDER_INVALID` when there is none of that name */
function whole(provider: Provider | Extension, of: Package): Provider {
  if (!("extends" in provider)) return provider;
  const base = builtIn.find(({ name }) => name === provider.extends.provider);
  if (base !== undefined) return extend(provider, base);
  throw invalidProvider(of, `extends ${provider.extends.provider}, and no provider of publish itself is called that`);
}

/** Where the package of an install is. */
export function packageFolder(install: string, { package: { name } }: Description): string {
  return join(install, "node_modules", name);
}

function damaged(name: string): PublishError {
  return new PublishError("PROVIDER_INVALID", `Provider ${name} is damaged.`, "Install it again.", { package: name });
}

/** Folders of packages that npm was told to put where providers are looked for. */
async function sharedFolders(env: NodeJS.ProcessEnv): Promise<readonly string[]> {
  const shared = [join(providersFolder(env), "node_modules"), ...enclosing(fileURLToPath(import.meta.url))];
  const folders = (await Promise.all(shared.map(packagesIn))).flat();
  return folders.filter((folder) => !ownPackages.has(folder.split(sep).slice(-2).join("/")));
}

/** The `node_modules` that a file is in: of the command line's own, and of what that is installed in. */
function enclosing(file: string): readonly string[] {
  const parts = file.split(sep);
  return parts.flatMap((part, at) => (part === "node_modules" ? [parts.slice(0, at + 1).join(sep)] : []));
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
