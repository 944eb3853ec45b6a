import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Provider } from "@datasette-publish/core";
import { checkProvider, invalidProvider } from "./check-provider.ts";

export interface FoundProvider {
  readonly provider: Provider;
  readonly version: string;
  /** Folder of an installed package; null when built in. */
  readonly folder: string | null;
}

/** The npm keyword that makes a package a provider. */
const providerKeyword = "datasette-publish-provider";

/** The conditions under which `import` reads a package's `exports`; Node takes them here, though only as an undocumented option. */
const asImported: object = { conditions: new Set(["node", "import"]) };

/**
 * Imports the provider that a package's folder (`…/node_modules/<name>`) holds; null when the package says that it is none.
 * `taken` are names that it may not have.
 *
 * @throws PublishError `PROVIDER_INVALID`, `PROVIDER_INCOMPATIBLE`
 */
export async function loadProvider(folder: string, taken: ReadonlySet<string>): Promise<FoundProvider | null> {
  const text = await readFile(join(folder, "package.json"), "utf8").catch(() => null);
  if (text === null) return null;
  const { name, version, keywords } = readManifest(text);
  if (name === undefined || !keywords?.includes(providerKeyword)) return null;
  const provider = checkProvider(await importDefault(folder, name), name);
  if (taken.has(provider.name))
    throw invalidProvider(name, `calls its provider ${provider.name}, which is a command or a provider of publish itself`);
  return { provider, version: version ?? "unknown", folder };
}

interface Manifest {
  readonly name?: string;
  readonly version?: string;
  readonly keywords?: readonly string[];
}

/** What of a package.json is of the expected type; nothing when it is no JSON. */
function readManifest(text: string): Manifest {
  try {
    const { name, version, keywords } = JSON.parse(text) as Record<string, unknown>;
    return {
      ...(typeof name === "string" ? { name } : {}),
      ...(typeof version === "string" ? { version } : {}),
      ...(Array.isArray(keywords) ? { keywords: keywords as string[] } : {}),
    };
  } catch {
    return {};
  }
}

async function importDefault(folder: string, name: string): Promise<unknown> {
  try {
    const file = createRequire(join(folder, "package.json")).resolve(name, asImported);
    return ((await import(pathToFileURL(file).href)) as { default?: unknown }).default;
  } catch (error) {
    throw invalidProvider(name, `cannot be imported (${error instanceof Error ? error.message : String(error)})`, error);
  }
}
