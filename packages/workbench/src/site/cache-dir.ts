import { makeCacheDir, type Environment } from "@datasette-publish/core";

/** A folder of the cache, as an option; without one when it cannot be written: then what it would hold is made anew each time. */
export async function cacheDirFor(name: string, env: Environment): Promise<{ readonly cacheDir?: string }> {
  return makeCacheDir(env, name).then(
    (cacheDir) => ({ cacheDir }),
    () => ({}),
  );
}
