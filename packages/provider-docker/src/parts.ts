import { runProgram, setOption, type Deployment, type Image, type ProviderContext, type Remedy } from "@datasette-publish/core";
import type { Aims } from "./aims.ts";
import { exposedPort } from "./container-spec.ts";
import { runContainer } from "./container.ts";
import { isLocal } from "./engine.ts";
import { loadImage } from "./load.ts";
import { requirePort } from "./port.ts";

/** One target of a publish and what became of it. */
export interface Part {
  readonly id: string;
  readonly url?: string;
  /** What to type next; absent: the verbs that look after a container. */
  readonly next?: readonly Remedy[];
  readonly facts: Deployment["facts"];
}

/** Writes the archive and the layout that are asked for. */
export async function writeFiles(
  { archive, layout, tag }: Aims,
  image: Image,
  images: readonly Image[],
  ctx: ProviderContext,
): Promise<Part[]> {
  const parts: Part[] = [];
  if (archive !== undefined) {
    const { file, sizeBytes, sha256 } = await ctx.step("docker.archive", `Write ${archive}`, () =>
      ctx.deliver.archive(image, archive, tag),
    );
    parts.push({
      id: file,
      next: [runProgram(["docker", "load", "-i", file]), runCommand(tag, image, ctx)],
      facts: { archive: file, archiveSizeBytes: sizeBytes, archiveSha256: sha256 },
    });
  }
  if (layout !== undefined) {
    const { dir, digest } = await ctx.step("docker.layout", `Write ${layout}`, () => ctx.deliver.layout(images, layout, tag));
    const variables = variableArguments(ctx).join(" ");
    const inspect = runProgram(["skopeo", "inspect", `oci:${dir}`], variables === "" ? undefined : `its containers need ${variables}`);
    parts.push({ id: dir, next: [inspect], facts: { layout: dir, layoutDigest: digest } });
  }
  return parts;
}

/** Pushes the image, or an index over all platforms, when that is asked for. */
export async function pushImages({ push }: Aims, image: Image, images: readonly Image[], ctx: ProviderContext): Promise<Part[]> {
  if (push === undefined) return [];
  const { reference, digest } = await ctx.deliver.push(images, push);
  return [{ id: reference, next: [runCommand(reference, image, ctx)], facts: { reference, digest } }];
}

/** Loads the image into the engine, and runs it when that is asked for. */
export async function useEngine({ engine, runPort, tag }: Aims, image: Image, ctx: ProviderContext): Promise<Part[]> {
  if (!engine) return [];
  await ctx.step("docker.load", `Load ${tag} into the Docker engine`, () => loadImage(engine, image, tag, ctx));
  if (runPort === undefined) {
    const run = isLocal(ctx) ? [setOption("run", true, "to have it served here, and kept running")] : [];
    return [{ id: tag, next: [...run, runCommand(tag, image, ctx)], facts: { tag } }];
  }
  await requirePort(engine, ctx.site.name, runPort);
  const { container, url } = await runContainer(engine, image, tag, runPort, ctx);
  return [{ id: container, url, facts: { tag, container, port: runPort } }];
}

function runCommand(reference: string, image: Image, ctx: ProviderContext): Remedy {
  const port = exposedPort(image);
  const fixed = ["--rm", "-p", `127.0.0.1:${port}:${port}`, "--read-only", "--tmpfs", "/tmp"];
  return runProgram(["docker", "run", ...fixed, ...variableArguments(ctx), reference]);
}

/** The user's variables as `docker run` takes them from the environment; Datasette makes itself a secret when it gets none. */
function variableArguments({ variables }: ProviderContext): string[] {
  return Object.keys(variables(["DATASETTE_SECRET"])).flatMap((name) => ["-e", name]);
}
