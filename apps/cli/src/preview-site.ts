import { checkSite, startPreview, type Preview } from "@datasette-publish/preview";
import { wheelFiles } from "@datasette-publish/runtime";
import { makeCacheDir, type Context, type Site } from "@datasette-publish/core";

/** Starts the preview of a site and checks every page and count; the caller closes it. */
export async function openChecked(site: Site, port: number, ctx: Context): Promise<Preview> {
  const wheels = await wheelFiles();
  const preview = await startPreview(site, { wheels, port, cacheDir: await makeCacheDir(process.env, "preview") }, ctx);
  try {
    await checkSite(preview, site, ctx);
    return preview;
  } catch (error) {
    await preview.close();
    throw error;
  }
}
