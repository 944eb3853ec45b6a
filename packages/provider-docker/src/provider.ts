import {
  PublishError,
  checkArchivePath,
  checkLayoutPath,
  nextVerbs,
  providerInterface,
  warn,
  type Deployment,
  type Image,
  type PlanAction,
  type Provider,
  type ProviderContext,
} from "@datasette-publish/core";
import { platforms, readAims } from "./aims.ts";
import { checkOptions } from "./check-options.ts";
import { shownAddress } from "./engine.ts";
import { list, logs, status, unpublish } from "./manage.ts";
import { containerName, containersOf } from "./label.ts";
import { options } from "./options.ts";
import { pushImages, useEngine, writeFiles, type Part } from "./parts.ts";
import { requirePort } from "./port.ts";

/** Docker: load into an engine, run in it, or write and push images with no engine at all. */
export const docker: Provider = {
  interface: providerInterface,
  name: "docker",
  title: "Docker",
  description: "An image in a Docker engine, an archive, an OCI layout or a registry",
  options,
  accepts: { platforms: ["amd64", "arm64"] },
  platforms,
  tellsSource: true,
  replaces: ({ options: { run } }) => run === true,
  async check(ctx) {
    checkOptions(ctx);
    const { archive, layout, engine, runPort } = await readAims(ctx);
    if (archive !== undefined) await checkArchivePath(archive);
    if (layout !== undefined) await checkLayoutPath(layout);
    if (engine === undefined || runPort === undefined) return;
    await requirePort(engine, ctx.siteName, runPort);
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
      warn(ctx, "ENGINE_UNREACHABLE", `No Docker engine answers at ${shownAddress(ctx)}: writing ${aims.archive}.`, {
        address: shownAddress(ctx),
        archive: aims.archive ?? null,
      });
    const first = images[0];
    if (first === undefined) throw new PublishError("INTERNAL", "There is no image to publish.", "Report this as a bug.");
    const parts = [
      await writeFiles(aims, first, images, ctx),
      await pushImages(aims, first, images, ctx),
      await useEngine(aims, first, ctx),
    ];
    return summarise(parts.flat(), first, ctx);
  },
  status,
  logs,
  unpublish,
  list,
};

/** What runs comes before what is stored. */
function summarise(parts: readonly Part[], image: Image, ctx: ProviderContext): Deployment {
  const main = parts.find(({ url }) => url !== undefined) ?? parts[0];
  return {
    provider: "docker",
    id: main?.id ?? image.manifestDigest,
    url: main?.url ?? null,
    next: parts.flatMap(({ next }) => next ?? nextVerbs(docker, ctx)),
    facts: Object.assign({ configDigest: image.configDigest }, ...parts.map(({ facts }) => facts)) as Deployment["facts"],
  };
}
