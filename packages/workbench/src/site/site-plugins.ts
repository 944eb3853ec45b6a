import { emptyServe, warn, type Context, type Environment, type Project, type SiteOptions } from "@datasette-publish/core";
import type { LockStore, PluginLock, Plugins } from "@datasette-publish/plugins";

/** What a site's plugins are opened for. */
export interface PluginsCall {
  readonly project: Project;
  /** What to install besides the project's own requirements, as pip writes it. */
  readonly install?: readonly string[];
  readonly line: SiteOptions["line"];
  /** Whether what they resolve to may be kept with the project. */
  readonly keeps: boolean;
  readonly env: Environment;
}

/** The plugins of a site; undefined for none. @throws what `openPlugins` throws */
export async function openSitePlugins(call: PluginsCall, context: Context): Promise<Plugins | undefined> {
  const { project, install = [], line, keeps, env } = call;
  const { requirements } = project.files;
  const texts = [...install, ...(requirements ? [`-r ${requirements.path}`] : [])];
  if (texts.length === 0) return undefined;
  const { openPlugins } = await import("@datasette-publish/plugins");
  const { lockedVersions, wheelFiles } = await import("@datasette-publish/runtime");
  const base = { datasetteVersion: lockedVersions[line ?? emptyServe.line].version, wheels: await wheelFiles(line) };
  return openPlugins(texts, { base, lock: lockOf(project, keeps, context), env }, context);
}

/** What was kept with the project; what is new is kept there too, or for this run alone. */
function lockOf({ memory, name }: Project, keeps: boolean, context: Context): LockStore {
  let made: PluginLock | undefined;
  return {
    read: async () => made ?? ((await memory.recallPlugins(name)) as PluginLock | undefined),
    async keep(lock) {
      made = lock;
      if (!keeps) return;
      await memory.rememberPlugins(name, lock).catch((error: NodeJS.ErrnoException) => {
        const reason = error.code ?? String(error);
        const message = `The versions of the plugins could not be kept in ${memory.place} (${reason}).`;
        warn(context, "STATE_UNWRITABLE", message, { file: memory.place, reason });
      });
    },
  };
}
