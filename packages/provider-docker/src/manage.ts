import { siteLabel, type AccountContext, type HostedSite, type Provider, type SiteStatus } from "@datasette-publish/core";
import type { ContainerInfo } from "dockerode";
import { unless } from "./container.ts";
import { during, engineFor, engineError, unreachable, type Engine } from "./engine.ts";
import { containersOf, nameOf, sourceLabel, urlLabel } from "./label.ts";
import { linesOf } from "./logs.ts";
import { variablesOf } from "./variables.ts";

/** Docker's word for a container → the site's state; a container that keeps on restarting serves nothing. */
const states: Readonly<Record<string, SiteStatus["state"]>> = {
  running: "running",
  created: "starting",
  restarting: "failed",
  dead: "failed",
};

/** The container that serves a site, and the image it runs as its one release. */
export const status: NonNullable<Provider["status"]> = async (ctx) => {
  const engine = await requireEngine(ctx);
  const [container] = await containersOf(engine, ctx.siteName);
  if (container === undefined) return null;
  const { ImageID, State, Status, Image, Created } = container;
  const release = { id: ImageID, current: true, status: State, description: Image, createdAt: new Date(Created * 1000).toISOString() };
  const source = container.Labels[sourceLabel];
  return {
    ...siteOf(container),
    ...(source !== undefined && { source }),
    state: states[State] ?? "stopped",
    releases: [release],
    facts: { container: nameOf(container), status: Status },
  };
};

/** Standard output and error of the container that serves a site; its variables are masked. */
export const logs: NonNullable<Provider["logs"]> = async function* (ctx, { follow, lines }) {
  const engine = await requireEngine(ctx);
  const found = await containersOf(engine, ctx.siteName);
  const secrets = Object.values(await variablesOf(engine, found));
  const container = engine.getContainer(found[0]?.Id ?? "");
  const request = { stdout: true, stderr: true, tail: lines };
  try {
    const output = follow
      ? await container.logs({ ...request, follow: true, ...(ctx.signal ? { abortSignal: ctx.signal } : {}) })
      : [await container.logs(request)];
    yield* linesOf(output as AsyncIterable<Buffer> | Buffer[], secrets);
  } catch (error) {
    ctx.signal?.throwIfAborted();
    throw engineError(error, "showing the container's log");
  }
};

/** Removes the site's containers, and the image they ran when nothing else does. */
export const unpublish: NonNullable<Provider["unpublish"]> = async (ctx) => {
  const engine = await requireEngine(ctx);
  const containers = await containersOf(engine, ctx.siteName);
  for (const { Id } of containers)
    await during("removing the container", unless(404, engine.getContainer(Id).remove({ force: true, v: true })));
  for (const { Image, ImageID } of containers) await removeImage(engine, Image, ImageID);
};

/** Every site that a container of this engine serves. */
export const list: NonNullable<Provider["list"]> = async (ctx) => (await containersOf(await requireEngine(ctx))).map(siteOf);

function siteOf({ Labels }: ContainerInfo): HostedSite {
  return { name: Labels[siteLabel] ?? "", url: Labels[urlLabel] ?? null };
}

/** The name may mean another image by now, and another container may use this one: then it stays. */
async function removeImage(engine: Engine, name: string, id: string): Promise<void> {
  const image = engine.getImage(name);
  const found = await image.inspect().catch(() => null);
  if (found?.Id === id) await during("removing the image", unless(409, image.remove()));
}

async function requireEngine(ctx: AccountContext): Promise<Engine> {
  const engine = await engineFor(ctx);
  if (engine === undefined) throw unreachable(ctx, ["Start Docker, or set DOCKER_HOST.", { action: "retry" }]);
  return engine;
}
