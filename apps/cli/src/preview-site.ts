import { checkSite, startPreview, type Preview } from "@datasette-publish/preview";
import { makeCacheDir, wheelFiles } from "@datasette-publish/runtime";
import type { Context, Site } from "@datasette-publish/core";

/** Starts the preview of a site and checks every page and count; the caller closes it. */
export async function openChecked(site: Site, port: number, ctx: Context): Promise<Preview> {
  const wheels = await wheelFiles(process.arch === "arm64" ? "arm64" : "amd64", ctx);
  const preview = await startPreview(site, { wheels, port, cacheDir: await makeCacheDir("preview") }, ctx);
  try {
    await checkSite(preview, site, ctx);
    return preview;
  } catch (error) {
    await preview.close();
    throw error;
  }
}
