import { assembler, type Serve } from "@datasette-publish/core";
import type { Plugins } from "@datasette-publish/plugins";
import { cacheDirFor } from "./cache-dir.ts";

/** What assembles a site: on the runtime of a platform, with SpatiaLite where the site has it, and its plugins on top, which may need its libraries. */
export async function siteAssembler(
  { spatialite }: Pick<Serve, "spatialite">,
  plugins: Plugins | undefined,
): Promise<ReturnType<typeof assembler>> {
  const { addSpatialite, ensureRuntime } = await import("@datasette-publish/runtime");
  const { cacheDir } = await cacheDirFor("layers");
  return assembler(async (platform, ctx, line) => {
    const plain = await ensureRuntime(platform, ctx, line);
    const runtime = spatialite ? await addSpatialite(plain, ctx) : plain;
    return plugins ? plugins.addTo(runtime) : runtime;
  }, cacheDir);
}
