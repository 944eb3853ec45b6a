import type { Context } from "../events/events.ts";
import type { Serve } from "../site/serve.ts";
import type { Site } from "../site/site.ts";
import { assemble } from "./assemble.ts";
import type { Image } from "../oci/types.ts";
import type { Runtime, SitePlatform } from "./runtime.ts";

/** Makes the image of a site for one platform; new layers' blobs go into `workDir`. */
export type Build = (site: Site, platform: SitePlatform, workDir: string, ctx: Context) => Promise<Image>;

/** The builder that puts a site on top of a runtime, byte by byte; `runtime` finds that of a platform and of the site's Datasette. */
export function assembler(runtime: (platform: SitePlatform, ctx: Context, line: Serve["line"]) => Promise<Runtime>): Build {
  return async (site, platform, workDir, ctx) => assemble(site, await runtime(platform, ctx, site.serve.line), workDir, ctx);
}
