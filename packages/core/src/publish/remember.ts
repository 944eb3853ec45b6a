import { isDeepStrictEqual } from "node:util";
import { isPublishError } from "../errors/publish-error.ts";
import { setOption } from "../errors/remedies.ts";
import { warn } from "../events/warnings.ts";
import type { Remembered } from "../project/memory.ts";
import type { Project } from "../project/project.ts";
import { isAddress, rememberedOptions } from "../provider/options.ts";
import type { OptionValues } from "../provider/option-spec.ts";
import type { HostContext } from "../provider/context.ts";
import type { Provider } from "../provider/provider.ts";
import { addressOf } from "./use-site.ts";

interface Remembering {
  readonly provider: Provider;
  readonly project: Project;
  readonly host: HostContext;
  /** Whether this publish replaces the site of its name; an archive is none that could be found again. */
  readonly replaces: boolean;
}

/**
 * Keeps what the site is called, and the options that are remembered, from before the first change on, so that a run that breaks off is
 * found by the next; not a name that turns out to be taken.
 */
export async function remembering<T>({ provider, project, host, replaces }: Remembering, work: () => Promise<T>): Promise<T> {
  if (!replaces || !isRemembered(provider)) return work();
  const former = await project.memory.recall(host.siteName, provider.name);
  await keep(provider, project, host, entryOf(provider, host));
  try {
    return await work();
  } catch (error) {
    if (isPublishError(error) && error.code === "NAME_TAKEN") await keep(provider, project, host, former ?? null);
    throw error;
  }
}

/** Forgets a site that was removed, if it is the one that is remembered. */
export async function forget(provider: Provider, project: Project, host: HostContext): Promise<void> {
  const known = await project.memory.recall(host.siteName, provider.name);
  if (known?.name === host.name && isAt(provider, known, host.options)) await keep(provider, project, host, null);
}

/** Whether what is remembered is at the place that these options name: not where another server was given. */
export function isAt({ options: specs }: Provider, { options: kept = {} }: Remembered, options: OptionValues): boolean {
  return Object.entries(kept).every(([name, value]) => !isAddress(specs[name]) || value === options[name]);
}

/** A host that tells of every site where it was published from needs no memory, unless the site has a name or a place of its own there. */
function isRemembered({ names, options, status, tellsSource = false }: Provider): boolean {
  return names !== undefined || (status !== undefined && !tellsSource) || Object.values(options).some(({ remember }) => remember);
}

function entryOf({ options: specs }: Provider, { name, options }: HostContext): Remembered {
  const kept = rememberedOptions(specs, options);
  return isDeepStrictEqual(kept, {}) ? { name } : { name, options: kept };
}

/** Keeps an entry, or forgets it (null). A memory that cannot be written is a warning. */
async function keep(provider: Provider, { memory }: Project, host: HostContext, entry: Remembered | null): Promise<void> {
  try {
    await memory.remember(host.siteName, provider.name, entry);
  } catch (error) {
    if (isPublishError(error)) throw error;
    const reason = (error as NodeJS.ErrnoException).code ?? String(error);
    const facts = { file: memory.place, reason };
    if (entry === null) return warn(host, "STATE_UNWRITABLE", `${memory.place} still has the site's name (${reason}).`, facts);
    const message = `The name ${entry.name} could not be kept in ${memory.place} (${reason}).`;
    const address = Object.entries(addressOf(provider, host));
    const remedies = address.map(([option, value]) => setOption(option, value, "when you publish this again"));
    warn(host, "STATE_UNWRITABLE", message, facts, remedies);
  }
}
