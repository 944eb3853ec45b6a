import { PublishError, step, type Build, type Context, type Environment, type Prepared, type SiteOptions } from "@datasette-publish/core";
import type { Plugins } from "@datasette-publish/plugins";
import type { Preview, PreviewOptions, WarmPreview } from "@datasette-publish/preview";
import { cacheDirFor } from "./cache-dir.ts";
import { siteAssembler } from "./site-assembler.ts";

/** How a preview is served, and whose cache it takes. */
export interface WarmOptions extends Omit<PreviewOptions, "wheels" | "cacheDir"> {
  readonly env: Environment;
  readonly line?: SiteOptions["line"];
}

/** What a site is shown with. */
export interface ShownWith {
  readonly plugins: Plugins | undefined;
  readonly env: Environment;
  /** What makes the image; unset: the assembler. */
  readonly build?: Build | undefined;
}

/** Begins to boot Datasette, so that it is up when the site is made; the caller closes it. */
export async function warmUp({ env, line, ...options }: WarmOptions, ctx: Context): Promise<WarmPreview> {
  const { warmPreview } = await import("@datasette-publish/preview");
  const { wheelFiles } = await import("@datasette-publish/runtime");
  return await warmPreview({ ...options, wheels: await wheelFiles(line), ...(await cacheDirFor("preview", env)) }, ctx);
}

/**
 * Starts the preview of a site, with its plugins, and checks every page and count. One with SpatiaLite, which the preview does not have,
 * is shown by a container of its image; null where no engine of this machine answers, as then nothing can be looked at.
 */
export async function openChecked(warm: WarmPreview, prepared: Prepared, shown: ShownWith, ctx: Context): Promise<Preview | null> {
  const { checkSite } = await import("@datasette-publish/preview");
  const { site } = prepared;
  const preview = site.serve.spatialite
    ? await openContainer(warm, prepared, shown, ctx)
    : await warm.start(site, { plugins: (await shown.plugins?.wheels("preview")) ?? [] });
  try {
    if (preview !== null) await checkSite(preview, site, ctx);
    return preview;
  } catch (error) {
    await preview?.close();
    throw error;
  }
}

async function openContainer(warm: WarmPreview, prepared: Prepared, { plugins, env, build }: ShownWith, ctx: Context) {
  const { startInContainer } = await import("./container-site.ts");
  const made = build ?? (await siteAssembler(plugins, env));
  const trial = await step(ctx, "preview.container", "Start a container of the image", () => startInContainer(prepared, made, env, ctx));
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
