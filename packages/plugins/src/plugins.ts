import { step, type Context, type Environment, type Runtime, type SitePlatform } from "@datasette-publish/core";
import { pluginLayer } from "./layer.ts";
import type { Target } from "./pip.ts";
import { readRequirements, type Requirements } from "./requirements.ts";
import { fetchPlugins, pinsForPreview, resolvePlugins, type Base, type PinnedWheel } from "./resolve.ts";

/** What a site installs, wheel by wheel: a publish of the same has the same bytes. Plain JSON, without secrets. */
export interface PluginLock {
  /** Digest of the requirements that it was made for; see `Requirements`. */
  readonly requirements: string;
  readonly datasette: string;
  readonly wheels: Readonly<Partial<Record<Target, readonly PinnedWheel[]>>>;
}

/** Where a lock is kept between publishes. */
export interface LockStore {
  read(): Promise<PluginLock | undefined>;
  keep(lock: PluginLock): Promise<void>;
}

/** The plugins of one site. */
export interface Plugins {
  readonly requirements: Requirements;
  /** What is installed for a target, by name. Resolved once; from the lock when there is one. */
  pinned(target: Target): Promise<readonly PinnedWheel[]>;
  /** Paths of the wheels for a target. */
  wheels(target: Target): Promise<readonly string[]>;
  /** A runtime with the plugins as one more layer. */
  addTo<R extends Runtime>(runtime: R): Promise<R>;
}

interface PluginOptions {
  readonly base: Base;
  readonly lock: LockStore;
  readonly env: Environment;
}

/**
 * The plugins that `texts` require. What they resolve to is kept in the lock, and the wheels in the cache: the next publish needs no network.
 * A lock for other requirements, or for another Datasette, is made anew.
 *
 * @throws PublishError `OPTION_INVALID`, `INPUT_NOT_FOUND`; its functions what `resolvePlugins`, `fetchPlugins` and `pluginLayer` throw
 */
export async function openPlugins(texts: readonly string[], { base, lock: store, env }: PluginOptions, ctx: Context): Promise<Plugins> {
  const requirements = await readRequirements(texts, { isAlpha: !base.datasetteVersion.startsWith("0.") });
  const run = { env, signal: ctx.signal };
  const pinned = async (target: Target): Promise<readonly PinnedWheel[]> => {
    const lock = await lockFor(requirements, base, store);
    const known = lock.wheels[target];
    if (known !== undefined) return known;
    const image = target === "preview" ? await pinned("linux/amd64") : null;
    const resolve = () => (image === null ? resolvePlugins(requirements, base, target, run) : pinsForPreview(image, run));
    const found = await step(ctx, "plugins.resolve", `Find plugins for ${nameOf(target)}`, resolve);
    const { wheels: others } = await lockFor(requirements, base, store);
    await store.keep({ ...lock, wheels: { ...others, [target]: found } });
    return found;
  };
  const wheels = async (target: Target): Promise<readonly string[]> => {
    const pins = await pinned(target);
    return step(ctx, "plugins.fetch", `Fetch plugins for ${nameOf(target)}`, () => fetchPlugins(pins, target, run));
  };
  return {
    requirements,
    pinned,
    wheels,
    async addTo(runtime) {
      const paths = await wheels(targetOf(runtime.platform));
      if (paths.length === 0) return runtime;
      const layer = await step(ctx, "plugins.layer", "Compile plugins", () => pluginLayer(paths, runtime, { ...ctx, env }));
      return { ...runtime, layers: [...runtime.layers, layer] };
    },
  };
}

async function lockFor({ digest }: Requirements, { datasetteVersion }: Base, store: LockStore): Promise<PluginLock> {
  const lock = await store.read();
  if (lock?.requirements === digest && lock.datasette === datasetteVersion) return lock;
  return { requirements: digest, datasette: datasetteVersion, wheels: {} };
}

function targetOf({ os, architecture }: SitePlatform): Target {
  return `${os}/${architecture}`;
}

function nameOf(target: Target): string {
  return target === "preview" ? "the preview" : target;
}
