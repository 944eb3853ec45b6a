import type { HostContext, Task, Work } from "@datasette-publish/core/provider";
import type { Container, ContainerCreateOptions, ContainerInfo } from "dockerode";
import { containerSpec, freshName, type Binding, type ContainerRequest } from "./container-spec.ts";
import { during, engineError, unless, type Engine } from "./engine.ts";
import { previousOf, removeUnused } from "./images.ts";
import { containerName, isActive, nameOf } from "./label.ts";
import { portTaken } from "./port.ts";

const stopTimeoutSeconds = 10;

/** An engine, and the site's containers in it that are replaced: the latest first, none for a first one. */
export interface Earlier {
  readonly engine: Engine;
  readonly containers: readonly ContainerInfo[];
}

/** A container that was started. */
export interface Started {
  readonly container: Container;
  readonly name: string;
  /** Ids of the image that it runs and of the one to go back to. */
  readonly images: readonly string[];
}

/**
 * Runs a container in place of the earlier ones: they are stopped first (they hold the port), and started again when it is undone.
 * The new one goes by its name until its id is known: it can be taken back also when the answer that it was made is lost.
 */
export function replaceTask(
  { engine, containers: earlier }: Earlier,
  requestOf: (work: Work) => Promise<Omit<ContainerRequest, "site" | "previous">>,
  ctx: HostContext,
): Task<Started> {
  const site = ctx.siteName;
  const name = freshName(site);
  const active = earlier.filter(isActive);
  const stopped: Container[] = [];
  let fresh = engine.getContainer(name);
  return {
    verb: earlier.length > 0 ? "replace" : "run",
    target: containerName(site),
    async run(work) {
      const request = await requestOf(work);
      const { id, previous } = await previousOf(ctx, engine, request.image, earlier[0]);
      const spec = containerSpec({ ...request, site, previous });
      fresh = await during(ctx, "making the container", createContainer(engine, name, spec));
      for (const { Id } of active) {
        const container = engine.getContainer(Id);
        stopped.push(container);
        await during(ctx, "stopping the earlier container", unless(304, container.stop({ t: stopTimeoutSeconds })));
      }
      await start(ctx, fresh, request.binding);
      const started = { container: fresh, name, images: [id, previous] };
      return earlier.length > 0 ? started : settleName(ctx, started);
    },
    async undo(host) {
      const removed = during(host, "removing the new container", unless(404, fresh.remove({ force: true })));
      await removed.finally(async () => {
        for (const container of stopped) await startAgain(host, container);
      });
      return active[0] ? nameOf(active[0]) : null;
    },
  };
}

/** Removes the earlier containers, and what of their images nobody goes back to; then gives the new one the name that lasts. */
export function removalTask({ engine, containers }: Earlier, newer: Task<Started>, ctx: HostContext): Task<Started> {
  return {
    verb: "remove",
    target: `earlier ${containerName(ctx.siteName)}`,
    async run({ resultOf }) {
      const started = resultOf(newer);
      await removeContainers(ctx, { engine, containers });
      await removeUnused(ctx, engine, containers, started.images);
      return settleName(ctx, started);
    },
  };
}

/** Removes containers, running or not. */
export async function removeContainers(ctx: HostContext, { engine, containers }: Earlier): Promise<void> {
  for (const { Id } of containers)
    await during(ctx, "removing the container", unless(404, engine.getContainer(Id).remove({ force: true, v: true })));
}

/** Reason to stop waiting for a container, or null. */
export async function reasonGone(ctx: HostContext, { container }: Started): Promise<string | null> {
  const { State, RestartCount } = await during(ctx, "looking at the container", container.inspect());
  return RestartCount > 0 || State.Status === "exited" || State.Status === "dead" ? "the container ended" : null;
}

/** By docker-modem's own keys, as it would send the variables of the site in the query string as well, which engines log. */
export function createContainer(engine: Engine, name: string, body: ContainerCreateOptions): Promise<Container> {
  const request: object = { _query: { name }, _body: body };
  return engine.createContainer(request);
}

async function start(ctx: HostContext, container: Container, { port }: Binding): Promise<void> {
  try {
    await container.start();
  } catch (error) {
    throw /already allocated|already in use/.test((error as Error).message)
      ? portTaken(ctx, port)
      : engineError(ctx, error, "starting the container");
  }
}

/** Starts an earlier container again, if it was stopped. */
async function startAgain(ctx: HostContext, container: Container): Promise<void> {
  const { State } = await during(ctx, "looking at the earlier container", container.inspect());
  if (!State.Running) await during(ctx, "starting the earlier container again", unless(304, container.start()));
}

/** Gives the container its lasting name. If another container has that one (409), ours keeps the name it was made with. */
async function settleName(ctx: HostContext, started: Started): Promise<Started> {
  const name = containerName(ctx.siteName);
  try {
    await started.container.rename({ name });
    return { ...started, name };
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode === 409) return started;
    throw engineError(ctx, error, "naming the container");
  }
}
