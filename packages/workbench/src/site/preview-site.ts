import type { Context, Environment, Site, SiteOptions } from "@datasette-publish/core";
import type { Plugins } from "@datasette-publish/plugins";
import type { Preview, PreviewOptions, WarmPreview } from "@datasette-publish/preview";
import { cacheDirFor } from "./cache-dir.ts";

/** How a preview is served, and whose cache it takes. */
export interface WarmOptions extends Omit<PreviewOptions, "wheels" | "cacheDir"> {
  readonly env: Environment;
  readonly line?: SiteOptions["line"];
}

/** Begins to boot Datasette, so that it is up when the site is made; the caller closes it. */
export async function warmUp({ env, line, ...options }: WarmOptions, ctx: Context): Promise<WarmPreview> {
  const { warmPreview } = await import("@datasette-publish/preview");
  const { wheelFiles } = await import("@datasette-publish/runtime");
  return await warmPreview({ ...options, wheels: await wheelFiles(line), ...(await cacheDirFor("preview", env)) }, ctx);
}

/** Starts the preview of a site, with its plugins, and checks every page and count. */
export async function openChecked(warm: WarmPreview, site: Site, plugins: Plugins | undefined, ctx: Context): Promise<Preview> {
  const { checkSite } = await import("@datasette-publish/preview");
  const preview = await warm.start(site, { plugins: (await plugins?.wheels("preview")) ?? [] });
  await checkSite(preview, site, ctx);
  return preview;
}
