import { readFile, rm, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { PublishError } from "../errors/publish-error.ts";
import { setOption } from "../errors/remedies.ts";
import type { Context } from "../events/events.ts";
import { warn } from "../events/warnings.ts";
import { writeJsonFile } from "../provider/json-file.ts";

/** The state file in a published folder: what its sites are called at which host. It holds no secret and is meant to be committed. */
export const namesFile = ".datasette-publish.json";

interface Names {
  readonly version: 1;
  readonly sites: Readonly<Record<string, Readonly<Record<string, { readonly name: string }>>>>;
}

/** Where the names of what `paths` publish are kept: the first folder, or the first file's. */
async function fileFor(paths: readonly string[]): Promise<string> {
  const first = resolve(paths[0] ?? ".");
  const isFolder = await stat(first).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
  return join(isFolder ? first : dirname(first), namesFile);
}

/** The remembered name of a site at a provider. @throws PublishError `STATE_INVALID` */
export async function recallName(paths: readonly string[], site: string, provider: string): Promise<string | undefined> {
  return (await readNames(await fileFor(paths))).sites[site]?.[provider]?.name;
}

/** Other sites that a folder published at a provider; it may have had another name then. None for files: each may be a site of its own. */
export async function otherSites(paths: readonly string[], site: string, provider: string): Promise<readonly string[]> {
  const file = await fileFor(paths);
  if (dirname(file) !== resolve(paths[0] ?? ".")) return [];
  const { sites } = await readNames(file);
  return Object.keys(sites).filter((other) => other !== site && sites[other]?.[provider] !== undefined);
}

/** Remembers a name, or forgets it (null). A folder that cannot be written is a warning; it says the provider's `option` for the name. */
export async function rememberName(
  paths: readonly string[],
  site: string,
  provider: string,
  name: string | null,
  ctx: Context,
  option = "name",
): Promise<void> {
  const file = await fileFor(paths);
  const { sites } = await readNames(file);
  if ((sites[site]?.[provider]?.name ?? null) === name) return;
  const { [provider]: _former, ...others } = sites[site] ?? {};
  const entry = name === null ? others : { ...others, [provider]: { name } };
  const { [site]: _entry, ...rest } = sites;
  const next = Object.keys(entry).length === 0 ? rest : { ...rest, [site]: entry };
  try {
    await writeNames(file, { version: 1, sites: next });
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? String(error);
    const message =
      name === null ? `${file} still has the site's name (${reason}).` : `The name ${name} could not be kept in ${file} (${reason}).`;
    const remedies = name === null ? [] : [setOption(option, name, "when you publish this again")];
    warn(ctx, "STATE_UNWRITABLE", message, { file, reason }, remedies);
  }
}

async function readNames(file: string): Promise<Names> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return null;
    throw error;
  });
  if (text === null) return { version: 1, sites: {} };
  const names = parseNames(text);
  if (names !== null) return names;
  throw new PublishError(
    "STATE_INVALID",
    `${file} is not a file of this version.`,
    "Correct the file, or remove it and give the name as an option.",
    {
      file,
    },
  );
}

function parseNames(text: string): Names | null {
  try {
    const { version, sites } = JSON.parse(text.replace(/^\uFEFF/, "")) as Names;
    const valid = Object.values(sites).every((hosts) => Object.values(hosts).every(({ name }) => typeof name === "string"));
    return version === 1 && valid ? { version, sites } : null;
  } catch {
    return null;
  }
}

async function writeNames(file: string, names: Names): Promise<void> {
  if (Object.keys(names.sites).length === 0) return rm(file, { force: true });
  await writeJsonFile(file, names);
}
