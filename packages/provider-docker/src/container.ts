import { PublishError, isPublishError, type Image, type ProviderContext } from "@datasette-publish/core";
import type { Container, ContainerInfo } from "dockerode";
import { containerSpec, urlOf } from "./container-spec.ts";
import { engineError, type Engine } from "./engine.ts";
import { containerName, containersOf } from "./label.ts";
import { allLinesOf } from "./logs.ts";
import { portTaken } from "./port.ts";
import { variablesOf } from "./variables.ts";

const stopTimeoutSeconds = 10;
const logLines = 20;

/**
 * Runs the loaded image `tag` in place of the site's earlier containers, with their variables.
 * They are stopped first (they hold the port), removed when the new one is healthy, and started again when it is not.
 */
export async function runContainer(
  engine: Engine,
  image: Image,
  tag: string,
  hostPort: number,
  ctx: ProviderContext,
): Promise<{ container: string; url: string }> {
  const site = ctx.site.name;
  const earlier = await containersOf(engine, site);
  const kept = await variablesOf(engine, earlier);
  const variables = { ...kept, ...ctx.variables(Object.keys(kept)) };
  const url = urlOf(hostPort, ctx.site.settings["base_url"]);
  const fresh = await engine.createContainer(containerSpec({ site, image, tag, hostPort, url, variables })).catch((error: unknown) => {
    throw engineError(error, "making the container");
  });
  await replace(engine, earlier, fresh, { url, hostPort, secrets: Object.values(variables) }, ctx);
  for (const { Id } of earlier)
    await engine
      .getContainer(Id)
      .remove({ force: true, v: true })
      .catch((error: unknown) => {
        throw engineError(error, "removing the earlier container");
      });
  return { container: await settleName(fresh, site), url };
}

interface Serving {
  readonly url: string;
  readonly hostPort: number;
  readonly secrets: readonly string[];
}

async function replace(
  engine: Engine,
  earlier: readonly ContainerInfo[],
  fresh: Container,
  { url, hostPort, secrets }: Serving,
  ctx: ProviderContext,
): Promise<void> {
  const running = earlier.filter(({ State }) => State === "running").map(({ Id }) => engine.getContainer(Id));
  let logs = "";
  let restored: Promise<void> | undefined;
  const restore = () => (restored ??= putBack(fresh, running));
  const undo = async () => {
    logs = await lastLines(fresh, secrets);
    await restore();
    return containerName(ctx.site.name);
  };
  try {
    for (const container of running) await unless(304, container.stop({ t: stopTimeoutSeconds }));
    await start(fresh, hostPort);
    await ctx.confirm(url, { gone: () => reasonGone(fresh), ...(running.length === 0 ? {} : { undo }) });
  } catch (error) {
    const unhealthy = isPublishError(error) && error.code === "DEPLOYMENT_UNHEALTHY";
    if (unhealthy && restored === undefined) logs = await lastLines(fresh, secrets);
    await restore().catch(() => {});
    ctx.signal?.throwIfAborted();
    if (logs) ctx.report({ type: "output", id: "container", text: logs });
    throw unhealthy ? withLogs(error, logs) : isPublishError(error) ? error : engineError(error, "starting the container");
  }
}

async function putBack(fresh: Container, running: readonly Container[]): Promise<void> {
  await fresh.remove({ force: true }).catch(() => {});
  for (const container of running)
    await unless(304, container.start()).catch((error: unknown) => {
      throw engineError(error, "starting the earlier container again");
    });
}

function withLogs({ code, message, facts }: PublishError, logs: string): PublishError {
  return new PublishError(code, message, "Read the container's last lines, mend their cause, and publish again.", { ...facts, logs });
}

async function start(container: Container, hostPort: number): Promise<void> {
  try {
    await container.start();
  } catch (error) {
    throw /already allocated|already in use/.test((error as Error).message) ? portTaken(hostPort) : error;
  }
}

async function reasonGone(container: Container): Promise<string | null> {
  const { State, RestartCount } = await container.inspect();
  return RestartCount > 0 || State.Status === "exited" || State.Status === "dead" ? "the container ended" : null;
}

/** Empty where the engine keeps no log, or the container is gone. */
async function lastLines(container: Container, secrets: readonly string[]): Promise<string> {
  try {
    const frames = await container.logs({ stdout: true, stderr: true, tail: logLines });
    return (await allLinesOf(frames, secrets)).join("\n").trimEnd();
  } catch {
    return "";
  }
}

/** A container of somebody else's may have the name (409): then ours keeps the one it was made with. */
async function settleName(container: Container, site: string): Promise<string> {
  await unless(409, container.rename({ name: containerName(site) })).catch((error: unknown) => {
    throw engineError(error, "naming the container");
  });
  const { Name } = await container.inspect();
  return Name.replace(/^\//, "");
}

/** Takes the engine's `statusCode` for an answer: 304, it is so already. */
export async function unless(statusCode: number, call: Promise<unknown>): Promise<void> {
  await call.catch((error: unknown) => {
    if ((error as { statusCode?: number }).statusCode !== statusCode) throw error;
  });
}
