import type { Context } from "../events/events.ts";
import type { Serve } from "../site/serve.ts";
import type { Site } from "../site/site.ts";
import type { Compressor } from "../oci/compressors.ts";
import { assemble } from "./assemble.ts";
import type { Ahead } from "../oci/registry/ahead.ts";
import type { Image } from "../oci/types.ts";
import type { Runtime, SitePlatform } from "./runtime.ts";

/** What a builder is told of where the image goes. */
export interface BuildContext extends Context {
  /** Compresses layers of data. Unset: gzip for layers that travel. */
  readonly compressor?: Compressor;
  /** Sends layers that are ready, or grow, while others are made. Unset: none is sent before its time. */
  readonly ahead?: Pick<Ahead, "send" | "sendGrowing"> | undefined;
}

/** Makes the image of a site for one platform; new layers' blobs go into `workDir`. */
export type Build = (site: Site, platform: SitePlatform, workDir: string, ctx: BuildContext) => Promise<Image>;

/**
 * The builder that puts a site on top of a runtime, byte by byte; `runtime` finds that of a platform and of what
 * the site is served with; what it makes goes into the work folder.
 *
 * @param cacheDir folder in which the layers of databases are kept for the next publish. Unset: none is.
 */
export function assembler(
  runtime: (platform: SitePlatform, ctx: Context, serve: Serve, workDir: string) => Promise<Runtime>,
  cacheDir?: string,
): Build {
  return async (site, platform, workDir, ctx) =>
    assemble(site, await runtime(platform, ctx, site.serve, workDir), workDir, { ...ctx, cacheDir });
}
