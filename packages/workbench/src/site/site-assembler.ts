import { assembler, type Build, type Environment } from "@datasette-publish/core";
import type { Plugins } from "@datasette-publish/plugins";
import { cacheDirFor } from "./cache-dir.ts";

/**
 * What assembles a site: on the runtime of a platform, with SpatiaLite where the site has it, and its plugins on top, which may need its
 * libraries; without what a slim image leaves out.
 */
export async function siteAssembler(plugins: Plugins | undefined, env: Environment): Promise<Build> {
  const { addSpatialite, ensureRuntime, slimRuntime } = await import("@datasette-publish/runtime");
  const { cacheDir } = await cacheDirFor("layers", env);
  return assembler(async (platform, ctx, serve, workDir) => {
    const plain = await ensureRuntime(platform, ctx, serve.line);
    const runtime = serve.spatialite ? await addSpatialite(plain, ctx) : plain;
    const whole = plugins ? await plugins.addTo(runtime) : runtime;
    return serve.slim ? slimRuntime(whole, { plugins: serve.plugins, spatialite: serve.spatialite, workDir, cacheDir }, ctx) : whole;
  }, cacheDir);
}
