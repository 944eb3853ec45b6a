import { makeCacheDir } from "@datasette-publish/core";

/** A folder of the cache, as an option; without one when it cannot be written: then what it would hold is made anew each time. */
export async function cacheDirFor(name: string): Promise<{ readonly cacheDir?: string }> {
  return makeCacheDir(process.env, name).then(
    (cacheDir) => ({ cacheDir }),
    () => ({}),
  );
}
