import type { HostedSite, Provider, SiteStatus } from "@datasette-publish/core/provider";
import type { ContainerInfo } from "dockerode";
import { bindingOf } from "./container-spec.ts";
import { removeContainers, removalTask, replaceTask } from "./container.ts";
import { during, engineError, requireEngine } from "./engine.ts";
import { nameTask, releasesOf, removeName, removeUnused } from "./images.ts";
import { containersOf, nameOf, siteLabel, sourceLabel, urlLabel } from "./label.ts";
import { linesOf } from "./logs.ts";
import { memoryOf } from "./memory.ts";
import type { Options } from "./options.ts";
import { variablesOf } from "./variables.ts";

type Verbs = Required<Provider<Options>>;

/** Docker's word for a container → the site's state; a container that keeps on restarting serves nothing. */
const states: Readonly<Record<string, SiteStatus["state"]>> = {
  running: "running",
  created: "starting",
  restarting: "failed",
  dead: "failed",
};

/** The container that serves a site, with the image it runs and the one before that. */
export const status: Verbs["status"] = async (ctx) => {
  const engine = await requireEngine(ctx);
  const [container] = await containersOf(ctx, engine, ctx.siteName);
  if (container === undefined) return null;
  const source = container.Labels[sourceLabel];
  return {
    ...siteOf(container),
    ...(source !== undefined && { source }),
    state: states[container.State] ?? "stopped",
    releases: await releasesOf(engine, container),
    facts: { container: nameOf(container), status: container.Status },
  };
};

/** Standard output and error of the container that serves a site; its variables are masked. */
export const logs: Verbs["logs"] = async function* (ctx, { follow, lines }) {
  const engine = await requireEngine(ctx);
  const found = await containersOf(ctx, engine, ctx.siteName);
  const secrets = Object.values(await variablesOf(ctx, engine, found));
  const container = engine.getContainer(found[0]?.Id ?? "");
  const request = { stdout: true, stderr: true, tail: lines };
  try {
    const output = follow
      ? await container.logs({ ...request, follow: true, ...(ctx.signal ? { abortSignal: ctx.signal } : {}) })
      : [await container.logs(request)];
    for await (const line of linesOf(output as AsyncIterable<Buffer> | Buffer[])) yield ctx.redact(line, secrets);
  } catch (error) {
    ctx.signal?.throwIfAborted();
    throw engineError(ctx, error, "showing the container's log");
  }
};

/** Runs the image from before in place of the current container, under its name, with its variables and its memory, at its port. */
export const rollback: Verbs["rollback"] = async (ctx, release, before) => {
  const engine = await requireEngine(ctx);
  const containers = await containersOf(ctx, engine, ctx.siteName);
  const current = engine.getContainer(containers[0]?.Id ?? "");
  const { HostConfig, Config, Image: was } = await during(ctx, "looking at the container", current.inspect());
  const { [sourceLabel]: source = "", [urlLabel]: url = "" } = Config.Labels;
  const variables = await variablesOf(ctx, engine, containers);
  const binding = bindingOf(HostConfig.PortBindings);
  const request = { image: Config.Image, source, url, variables, binding, memoryMb: memoryOf(HostConfig) };
  const earlier = { engine, containers };
  const name = nameTask(ctx, engine, Config.Image, { id: release.description, was });
  const replace = replaceTask(earlier, async () => request, ctx);
  await ctx.runTasks([name, replace, removalTask(earlier, replace, ctx)], before);
  return { ...release, current: true };
};

/** Removes the site's containers, and the images they ran when nothing else does. */
export const unpublish: Verbs["unpublish"] = async (ctx) => {
  const engine = await requireEngine(ctx);
  const containers = await containersOf(ctx, engine, ctx.siteName);
  await removeContainers(ctx, { engine, containers });
  for (const { Image, ImageID } of containers) await removeName(ctx, engine, Image, ImageID);
  await removeUnused(ctx, engine, containers);
};

/** Every site that a container of this engine serves. */
export const list: Verbs["list"] = async (ctx) => (await containersOf(ctx, await requireEngine(ctx))).map(siteOf);

function siteOf({ Labels }: ContainerInfo): HostedSite {
  return { name: Labels[siteLabel] ?? "", url: Labels[urlLabel] ?? null };
}
