import { makeCacheDir, type Context, type Environment, type Site, type SiteOptions } from "@datasette-publish/core";
import type { Plugins } from "@datasette-publish/plugins";
import { checkSite, warmPreview, type Preview, type PreviewOptions, type WarmPreview } from "@datasette-publish/preview";
import { wheelFiles } from "@datasette-publish/runtime";

/** A folder of the cache, as an option; without one when it cannot be written: then what it would hold is made anew each time. */
export async function cacheDirFor(name: string, env: Environment): Promise<{ readonly cacheDir?: string }> {
  return makeCacheDir(env, name).then(
    (cacheDir) => ({ cacheDir }),
    () => ({}),
  );
}

/** How a preview is served, and whose cache it takes. */
export interface WarmOptions extends Omit<PreviewOptions, "wheels" | "cacheDir"> {
  readonly env: Environment;
  readonly line?: SiteOptions["line"];
}

/** Begins to boot Datasette, so that it is up when the site is made; the caller closes it. */
export async function warmUp({ env, line, ...options }: WarmOptions, ctx: Context): Promise<WarmPreview> {
  return await warmPreview({ ...options, wheels: await wheelFiles(line), ...(await cacheDirFor("preview", env)) }, ctx);
}

/** Starts the preview of a site, with its plugins, and checks every page and count. */
export async function openChecked(warm: WarmPreview, site: Site, plugins: Plugins | undefined, ctx: Context): Promise<Preview> {
  const preview = await warm.start(site, { plugins: (await plugins?.wheels("preview")) ?? [] });
  await checkSite(preview, site, ctx);
  return preview;
}
