import { createHash } from "node:crypto";
import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { dataFolder } from "@datasette-publish/core";
import { describe, type DescribeOptions, type Told } from "./describe.ts";
import { entryOf, readPackage, type Package } from "./package.ts";
import { isRecord } from "./results.ts";

/** What commands are drawn from, so that no code of the package runs for that. */
export interface Description extends Told {
  readonly package: Package;
  /** The file that the package should begin with and lacks, as it would be once it is built. */
  readonly missing?: string;
}

/** Describes the package in a folder (`…/node_modules/<name>`); null when it says that it is no provider. */
export async function describePackage(folder: string, options: DescribeOptions): Promise<Description | null> {
  const found = await readPackage(folder);
  if (found === null) return null;
  const entry = findEntry(folder, found);
  return { package: found, ...(typeof entry === "string" ? await describe(entry, options) : entry) };
}

function findEntry(folder: string, { name }: Package): string | Omit<Description, "package"> {
  try {
    return entryOf(folder, name);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const [, file] = code === "MODULE_NOT_FOUND" ? (/'(\/[^']+|\w:[^']+)'/.exec(message) ?? []) : [];
    return { fault: `cannot be imported (${message})`, ...(file === undefined ? {} : { missing: relative(folder, file) }) };
  }
}

/** The file beside an installed package that holds its description. */
export function descriptionFile(install: string): string {
  return join(install, "provider.json");
}

/** Null when the file is not there or damaged. */
export async function readDescription(file: string): Promise<Description | null> {
  const description = parse(await readFile(file, "utf8").catch(() => ""));
  return isRecord(description) && isRecord(description["package"]) ? (description as unknown as Description) : null;
}

/**
 * Describes a package that npm put where providers are looked for: at first sight, and again when its package.json is another one.
 * What it says is kept in the data folder, a fault too.
 */
export async function describeOnce(folder: string, options: DescribeOptions): Promise<Description | null> {
  const found = await readPackage(folder);
  if (found === null) return null;
  const file = join(dataFolder(options.env), "descriptions", `${createHash("sha256").update(folder).digest("hex")}.json`);
  const key = `${found.version} ${(await stat(join(folder, "package.json"))).mtimeMs}`;
  const kept = (await readDescription(file)) as (Description & { key: string }) | null;
  if (kept?.key === key) return kept;
  const description = await describePackage(folder, options);
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
    .then(() => writeFile(file, JSON.stringify({ key, ...description })))
    .catch(() => {});
  return description;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
