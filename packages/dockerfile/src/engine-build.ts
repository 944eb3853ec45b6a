import { PublishError, step, type Build, type SitePlatform } from "@datasette-publish/core";
import { compressImage, nativeGzip, readArchiveStream, writeTar, type Image, type TarFile } from "@datasette-publish/core/oci";

/** What an engine is to build. */
export interface EngineRequest {
  /** A tar with a `Dockerfile`, and what that copies. */
  readonly context: AsyncIterable<Uint8Array>;
  readonly platform: `linux/${SitePlatform["architecture"]}`;
  /** For stages that are not in the image. The engine keeps them. */
  readonly buildArguments: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
  /** Told each line that the build prints. */
  readonly onLine: (line: string) => void;
}

/** An engine that builds: gives the image as the archive of `docker save`, and keeps none. Throws `ENGINE_UNREACHABLE`, `ENGINE_REFUSED`. */
export type EngineBuild = (request: EngineRequest) => Promise<AsyncIterable<Uint8Array>>;

/** What is sent to the engine for a platform. */
export interface EngineContext {
  readonly files: readonly TarFile[];
  readonly buildArguments: Readonly<Record<string, string>>;
}

/** The builder that has an engine build what `prepare` gives for a site; the image is then as any other. */
export function engineBuilder(engine: EngineBuild, prepare: (...of: Parameters<Build>) => Promise<EngineContext>): Build {
  return async (site, platform, workDir, ctx) => {
    const { files, buildArguments } = await prepare(site, platform, workDir, ctx);
    const name = `linux/${platform.architecture}` as const;
    const onLine = (text: string) => ctx.report({ type: "output", id: "dockerfile.build", text });
    const image = await step(ctx, "dockerfile.build", "Build the image in the engine", async () => {
      const archive = await engine({ context: writeTar(files, ctx.signal), platform: name, buildArguments, signal: ctx.signal, onLine });
      return readArchiveStream(archive, workDir, { signal: ctx.signal });
    });
    requirePlatform(image, name);
    return step(ctx, "dockerfile.compress", "Compress the image", () =>
      compressImage(image, workDir, ctx.compressor ?? nativeGzip(6), ctx),
    );
  };
}

/** @throws PublishError `ENGINE_REFUSED` when the engine had only a base of another platform */
function requirePlatform({ platform: { os, architecture } }: Image, wanted: string): void {
  const built = `${os}/${architecture}`;
  if (built === wanted) return;
  const message = `The engine built an image for ${built}, and ${wanted} was asked for.`;
  throw new PublishError("ENGINE_REFUSED", message, "Build on an engine of that platform.", { built, wanted });
}
