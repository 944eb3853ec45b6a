import { isPublishError } from "../errors/publish-error.ts";
import { setOption } from "../errors/remedies.ts";
import { warn } from "../events/warnings.ts";
import type { Project } from "../project/project.ts";
import type { HostContext, Provider } from "../provider/provider.ts";

/** Keeps the name from before the first change on, so that a run that breaks off is found by the next; not a name that turns out to be taken. */
export async function remembering<T>(provider: Provider, project: Project, host: HostContext, work: () => Promise<T>): Promise<T> {
  if (provider.names === undefined) return work();
  const former = await project.memory.recall(host.siteName, provider.name);
  await rememberName(provider, project, host, host.name);
  try {
    return await work();
  } catch (error) {
    if (isPublishError(error) && error.code === "NAME_TAKEN") await rememberName(provider, project, host, former ?? null);
    throw error;
  }
}

/** Keeps a site's name, or forgets it (null). A memory that cannot be written is a warning. */
export async function rememberName(provider: Provider, { memory }: Project, host: HostContext, name: string | null): Promise<void> {
  try {
    await memory.remember(host.siteName, provider.name, name);
  } catch (error) {
    if (isPublishError(error)) throw error;
    const reason = (error as NodeJS.ErrnoException).code ?? String(error);
    const facts = { file: memory.place, reason };
    if (name === null) return warn(host, "STATE_UNWRITABLE", `${memory.place} still has the site's name (${reason}).`, facts);
    const remedy = setOption(provider.names?.option ?? "name", name, "when you publish this again");
    warn(host, "STATE_UNWRITABLE", `The name ${name} could not be kept in ${memory.place} (${reason}).`, facts, remedy);
  }
}
