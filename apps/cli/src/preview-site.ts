import type { Plugins } from "@datasette-publish/plugins";
import { checkSite, warmPreview, type Preview, type PreviewOptions, type WarmPreview } from "@datasette-publish/preview";
import { defaultLine, wheelFiles, type Line } from "@datasette-publish/runtime";
import type { Context, Site } from "@datasette-publish/core";
import { cacheDirFor } from "./cache-dir.ts";

/** Begins to boot Datasette, so that it is up when the site is made; the caller closes it. */
export async function warmUp(
  options: Omit<PreviewOptions, "wheels" | "cacheDir">,
  ctx: Context,
  line: Line = defaultLine,
): Promise<WarmPreview> {
  return await warmPreview({ ...options, wheels: await wheelFiles(line), ...(await cacheDirFor("preview")) }, ctx);
}

/** Starts the preview of a site, with its plugins, and checks every page and count. */
export async function openChecked(warm: WarmPreview, site: Site, plugins: Plugins | undefined, ctx: Context): Promise<Preview> {
  const preview = await warm.start(site, { plugins: (await plugins?.wheels("preview")) ?? [] });
  await checkSite(preview, site, ctx);
  return preview;
}
