import { checkSite, warmPreview, type Preview, type PreviewOptions, type WarmPreview } from "@datasette-publish/preview";
import { wheelFiles } from "@datasette-publish/runtime";
import { makeCacheDir, type Context, type Site } from "@datasette-publish/core";

/** Begins to boot Datasette, so that it is up when the site is made; the caller closes it. */
export async function warmUp(options: Omit<PreviewOptions, "wheels" | "cacheDir">, ctx: Context): Promise<WarmPreview> {
  return await warmPreview({ ...options, wheels: await wheelFiles(), cacheDir: await makeCacheDir(process.env, "preview") }, ctx);
}

/** Starts the preview of a site and checks every page and count. */
export async function openChecked(warm: WarmPreview, site: Site, ctx: Context): Promise<Preview> {
  const preview = await warm.start(site);
  await checkSite(preview, site, ctx);
  return preview;
}
