import {
  PublishError,
  providerInterface,
  type Deployment,
  type Image,
  type PlanAction,
  type Provider,
  type ProviderContext,
} from "@datasette-publish/core";
import { checkOptions, platforms, readAims, type Aims } from "./aims.ts";
import { exposedPort, runContainer } from "./container.ts";
import { shownAddress } from "./engine.ts";
import { containerName, containersOf } from "./label.ts";
import { loadImage } from "./load.ts";
import { options } from "./options.ts";
import { requirePort } from "./port.ts";

/** Docker: load into an engine, run in it, or write and push images with no engine at all. */
export const docker: Provider = {
  interface: providerInterface,
  name: "docker",
  title: "Docker",
  description: "An image in a Docker engine, an archive, an OCI layout or a registry",
  options,
  accepts: { platforms: ["amd64", "arm64"], compressions: ["gzip"] },
  platforms,
  async check(ctx) {
    checkOptions(ctx);
    const { engine, runPort } = await readAims(ctx);
    if (engine && runPort !== undefined) await requirePort(engine, ctx.siteName ?? "site", runPort);
  },
  async plan(ctx) {
    const aims = await readAims(ctx);
    const actions: PlanAction[] = [];
    if (aims.archive !== undefined) actions.push({ verb: "write", target: aims.archive });
    if (aims.layout !== undefined) actions.push({ verb: "write", target: aims.layout });
    if (aims.push !== undefined) actions.push({ verb: "push", target: aims.push });
    if (aims.engine) actions.push({ verb: "load", target: aims.tag });
    if (aims.engine && aims.runPort !== undefined) {
      const replaces = (await containersOf(aims.engine, ctx.site.name)).length > 0;
      actions.push({ verb: replaces ? "replace" : "run", target: containerName(ctx.site.name) });
    }
    return actions;
  },
  async publish(images, ctx) {
    const aims = await readAims(ctx);
    if (aims.fellBack)
      ctx.report({
        type: "warned",
        code: "ENGINE_UNREACHABLE",
        message: `No Docker engine answers at ${shownAddress(ctx.env)}: writing ${aims.archive}.`,
      });
    const first = images[0];
    if (first === undefined) throw new PublishError("INTERNAL", "There is no image to publish.", "Report this as a bug.");
    const parts = [await writeFiles(aims, first, images, ctx), await pushImages(aims, images, ctx), await useEngine(aims, first, ctx)];
    return summarise(parts.flat(), first);
  },
};

interface Part {
  readonly id: string;
  readonly url?: string;
  readonly next: string;
  readonly facts: Deployment["facts"];
}

async function writeFiles({ archive, layout, tag }: Aims, image: Image, images: readonly Image[], ctx: ProviderContext): Promise<Part[]> {
  const parts: Part[] = [];
  if (archive !== undefined) {
    const { file, sizeBytes, sha256 } = await ctx.step("docker.archive", `Write ${archive}`, () =>
      ctx.deliver.archive(image, archive, tag),
    );
    parts.push({
      id: file,
      next: `docker load -i ${quote(file)} && docker run --rm -p ${exposedPort(image)}:${exposedPort(image)} --read-only ${tag}`,
      facts: { archive: file, archiveSizeBytes: sizeBytes, archiveSha256: sha256 },
    });
  }
  if (layout !== undefined) {
    const { dir, digest } = await ctx.step("docker.layout", `Write ${layout}`, () => ctx.deliver.layout(images, layout, tag));
    parts.push({ id: dir, next: `skopeo inspect ${quote(`oci:${dir}`)}`, facts: { layout: dir, layoutDigest: digest } });
  }
  return parts;
}

async function pushImages({ push }: Aims, images: readonly Image[], ctx: ProviderContext): Promise<Part[]> {
  if (push === undefined) return [];
  const { reference, digest } = await ctx.deliver.push(images, push);
  return [{ id: reference, next: `docker run --rm -p 8006:8006 --read-only ${quote(reference)}`, facts: { reference, digest } }];
}

async function useEngine({ engine, runPort, tag }: Aims, image: Image, ctx: ProviderContext): Promise<Part[]> {
  if (!engine) return [];
  await ctx.step("docker.load", `Load ${tag} into the Docker engine`, () => loadImage(engine, image, tag, ctx));
  if (runPort === undefined) {
    const port = exposedPort(image);
    return [{ id: tag, next: `docker run --rm -p ${port}:${port} --read-only ${tag}`, facts: { tag } }];
  }
  const { container, url } = await ctx.step("docker.run", `Start ${containerName(ctx.site.name)}`, async () => {
    await requirePort(engine, ctx.site.name, runPort);
    return runContainer(engine, image, tag, runPort, ctx);
  });
  return [{ id: container, url, next: `docker stop ${container}`, facts: { tag, container, port: runPort } }];
}

/** What runs comes before what is stored. */
function summarise(parts: readonly Part[], image: Image): Deployment {
  const main = parts.find(({ url }) => url !== undefined) ?? parts[0];
  return {
    provider: "docker",
    id: main?.id ?? image.manifestDigest,
    url: main?.url ?? null,
    next: parts.map(({ next }) => next),
    facts: Object.assign({ configDigest: image.configDigest }, ...parts.map(({ facts }) => facts)) as Deployment["facts"],
  };
}

function quote(word: string): string {
  return /^[\w./:@=+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
