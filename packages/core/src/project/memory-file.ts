import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { PublishError } from "../errors/publish-error.ts";
import { replaceJsonFile } from "../files/replace-file.ts";
import type { Memory, Remembered } from "./memory.ts";

/** The state file in a published folder. It is meant to be committed. */
export const memoryFile = ".datasette-publish.json";

interface State {
  readonly version: 1;
  /** Site → provider → what is remembered of it there. */
  readonly sites: Readonly<Record<string, Readonly<Record<string, Remembered>>>>;
  /** Site → what its plugins resolved to. */
  readonly plugins?: Readonly<Record<string, unknown>>;
}

/**
 * A memory in the state file of a folder, which is read once, and again before it is written, as another run may have changed it.
 *
 * @param place what messages call the file
 * @param isShared the file is beside single files, each of which may be a site of its own: none is another's
 */
export function fileMemory(folder: string, place: string, isShared: boolean): Memory {
  const file = join(folder, memoryFile);
  let known: Promise<State> | undefined;
  const read = (): Promise<State> => (known ??= readState(file, place));
  const write = async ({ plugins = {}, ...rest }: State): Promise<void> => {
    const state = Object.keys(plugins).length === 0 ? rest : { ...rest, plugins };
    if (Object.keys({ ...state.sites, ...plugins }).length === 0) await rm(file, { force: true });
    else await replaceJsonFile(file, state);
    known = Promise.resolve(state);
  };
  return {
    place,
    recall: async (site, provider) => (await read()).sites[site]?.[provider],
    async others(site, provider) {
      if (isShared) return [];
      const { sites } = await read();
      return Object.keys(sites).filter((other) => other !== site && sites[other]?.[provider] !== undefined);
    },
    async remember(site, provider, entry) {
      if (isDeepStrictEqual((await read()).sites[site]?.[provider] ?? null, entry)) return;
      await write(withEntry(await readState(file, place), site, provider, entry));
    },
    recallPlugins: async (site) => (await read()).plugins?.[site],
    async rememberPlugins(site, lock) {
      if (isDeepStrictEqual((await read()).plugins?.[site], lock)) return;
      const state = await readState(file, place);
      await write({ ...state, plugins: { ...state.plugins, [site]: lock } });
    },
  };
}

/** What a site that is nowhere any more installs is forgotten too. */
function withEntry({ sites, plugins = {} }: State, site: string, provider: string, entry: Remembered | null): State {
  const { [provider]: _former, ...others } = sites[site] ?? {};
  const hosts = entry === null ? others : { ...others, [provider]: entry };
  if (Object.keys(hosts).length > 0) return { version: 1, sites: { ...sites, [site]: hosts }, plugins };
  const [{ [site]: _hosts, ...rest }, { [site]: _lock, ...locks }] = [sites, plugins];
  return { version: 1, sites: rest, plugins: locks };
}

async function readState(file: string, place: string): Promise<State> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return null;
    throw error;
  });
  if (text === null) return { version: 1, sites: {} };
  const state = parseState(text);
  if (state !== null) return state;
  const remedies = [{ action: "replace-file", file: place }, "Or remove it, and give the site's name at its host as an option."] as const;
  throw new PublishError("STATE_INVALID", `${place} is not a file of this version.`, remedies, { file: place });
}

function parseState(text: string): State | null {
  try {
    const { version, sites, plugins } = JSON.parse(text.replace(/^\uFEFF/, "")) as State;
    const valid = Object.values(sites).every((hosts) => Object.values(hosts).every(isRemembered));
    return version === 1 && valid ? { version, sites, ...(plugins && { plugins }) } : null;
  } catch {
    return null;
  }
}

function isRemembered({ name, options = {} }: Remembered): boolean {
  return typeof name === "string" && Object.values(options).every((value) => ["string", "number"].includes(typeof value));
}
