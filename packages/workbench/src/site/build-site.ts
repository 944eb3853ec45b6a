import { assembler, type Environment } from "@datasette-publish/core";
import type { Plugins } from "@datasette-publish/plugins";
import { cacheDirFor } from "./cache-dir.ts";

/** What builds the image of a site: on the runtime of its line, with its plugins, slim where that is asked for. */
export async function siteBuild(plugins: Plugins | undefined, env: Environment): Promise<ReturnType<typeof assembler>> {
  const { ensureRuntime, slimRuntime } = await import("@datasette-publish/runtime");
  const { cacheDir } = await cacheDirFor("layers", env);
  const runtime: Parameters<typeof assembler>[0] = async (platform, ctx, serve, workDir) => {
    const plain = await ensureRuntime(platform, ctx, serve.line);
    const whole = plugins === undefined ? plain : await plugins.addTo(plain);
    return serve.slim ? slimRuntime(whole, { plugins: serve.plugins, workDir, cacheDir }, ctx) : whole;
  };
  return assembler(runtime, cacheDir);
}
