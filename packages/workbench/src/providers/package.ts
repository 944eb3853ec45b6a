import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";

/** The npm keyword that makes a package a provider. */
const providerKeyword = "datasette-publish-provider";

/** The conditions under which `import` reads a package's `exports`; Node takes them here, though only as an undocumented option. */
const asImported: object = { conditions: new Set(["node", "import"]) };

/** A provider's package, as its package.json says. */
export interface Package {
  readonly name: string;
  readonly version: string;
  /** Page for reports of faults; null when it names none. */
  readonly bugs: string | null;
}

/** The package in a folder (`…/node_modules/<name>`), if its keyword says that it is a provider's; else null. */
export async function readPackage(folder: string): Promise<Package | null> {
  const text = await readFile(join(folder, "package.json"), "utf8").catch(() => "");
  const { name, version, keywords, bugs } = parse(text);
  if (typeof name !== "string" || !Array.isArray(keywords) || !keywords.includes(providerKeyword)) return null;
  return { name, version: typeof version === "string" ? version : "unknown", bugs: pageOf(bugs) };
}

/** The file that importing a package begins with. Throws Node's error where there is none. */
export function entryOf(folder: string, name: string): string {
  return createRequire(join(folder, "package.json")).resolve(name, asImported);
}

/** `bugs` is a URL, or an object with one. */
function pageOf(bugs: unknown): string | null {
  const url = typeof bugs === "object" && bugs !== null && "url" in bugs ? bugs.url : bugs;
  return typeof url === "string" && /^https?:$/.test(URL.parse(url)?.protocol ?? "") ? url : null;
}

/** Nothing when it is no JSON. */
function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}
