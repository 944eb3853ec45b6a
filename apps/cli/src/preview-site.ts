import { PublishError, step, type Build, type Context, type Prepared } from "@datasette-publish/core";
import type { Plugins } from "@datasette-publish/plugins";
import { checkSite, warmPreview, type Preview, type PreviewOptions, type WarmPreview } from "@datasette-publish/preview";
import { defaultLine, wheelFiles, type Line } from "@datasette-publish/runtime";
import { cacheDirFor } from "./cache-dir.ts";
import { siteAssembler } from "./site-runtime.ts";

/** Begins to boot Datasette, so that it is up when the site is made; the caller closes it. */
export async function warmUp(
  options: Omit<PreviewOptions, "wheels" | "cacheDir">,
  ctx: Context,
  line: Line = defaultLine,
): Promise<WarmPreview> {
  return await warmPreview({ ...options, wheels: await wheelFiles(line), ...(await cacheDirFor("preview")) }, ctx);
}

/**
 * Starts the preview of a site, with its plugins, and checks every page and count. One with SpatiaLite, which the preview does not have,
 * is shown by a container of its image; null where no engine of this machine answers, as then nothing can be looked at.
 *
 * @param build what makes the image; unset: the assembler
 */
export async function openChecked(
  warm: WarmPreview,
  prepared: Prepared,
  plugins: Plugins | undefined,
  ctx: Context,
  build?: Build,
): Promise<Preview | null> {
  const { site } = prepared;
  const preview = site.serve.spatialite
    ? await openContainer(warm, prepared, build ?? (await siteAssembler(plugins)), ctx)
    : await warm.start(site, { plugins: (await plugins?.wheels("preview")) ?? [] });
  try {
    if (preview !== null) await checkSite(preview, site, ctx);
    return preview;
  } catch (error) {
    await preview?.close();
    throw error;
  }
}

async function openContainer(warm: WarmPreview, prepared: Prepared, build: Build, ctx: Context): Promise<Preview | null> {
  const { startInContainer } = await import("./container-site.ts");
  const trial = await step(ctx, "preview.container", "Start a container of the image", () => startInContainer(prepared, build, ctx));
  if (trial === null) return null;
  const close = () => trial.close();
  const preview = await warm.start(prepared.site, { upstream: trial.address }).catch(async (error: unknown) => {
    await close();
    throw error;
  });
  const closeBoth = async (): Promise<void> => {
    await preview.close().finally(close);
  };
  return { ...preview, close: closeBoth, [Symbol.asyncDispose]: closeBoth };
}

/** A site that cannot be shown here. */
export function noEngine(): PublishError {
  const message =
    "The site needs SpatiaLite, which the preview does not have, and no Docker engine of this machine answers: it cannot be shown.";
  return new PublishError("ENGINE_UNREACHABLE", message, ["Start Docker, or set DOCKER_HOST.", { action: "retry" }], { address: null });
}
