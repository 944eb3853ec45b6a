import { dirname, resolve } from "node:path/posix";
import type { Build, Context, Environment, Prepared } from "@datasette-publish/core";
import { archiveStream } from "@datasette-publish/core/oci";
import { findTrialEngine, type Trial } from "@datasette-publish/provider-docker";
import { engineUser } from "./engine-user.ts";

/** Starts a site in a container of its image, for what the preview lacks; null where no engine of this machine answers. */
export async function startInContainer({ site, dir }: Prepared, build: Build, env: Environment, ctx: Context): Promise<Trial | null> {
  const { signal } = ctx;
  const engine = await findTrialEngine({ ...engineUser(env), signal });
  if (engine === null) return null;
  const { workingDir, writable } = site.serve;
  const image = await build(site, engine.platform, dir, ctx);
  const folders = writable.map((path) => dirname(resolve(workingDir, path)));
  return engine.start({ archive: (reference) => archiveStream(image, reference, signal), folders });
}
