import type { HostContext, ProviderContext } from "@datasette-publish/core";
import { watchRelease } from "./dynos.ts";
import { restore, type Former } from "./former.ts";
import type { Release } from "./types.ts";

/**
 * Waits for a dyno of the release, as what ran before may answer until then, and then for the site at `url`.
 * When either does not come, or the user cancels, what was before is put back.
 *
 * @throws PublishError `DEPLOYMENT_UNHEALTHY`
 */
export async function confirmRelease(ctx: ProviderContext, url: string, { version }: Release, former: Former): Promise<void> {
  const { awaitUp, gone } = watchRelease(ctx, version);
  const undo = async (host: HostContext): Promise<string | null> => {
    const serving = await restore(host, former);
    return former.isServing ? serving : null;
  };
  await ctx.confirm(url, { ready: awaitUp, gone, undo });
}
