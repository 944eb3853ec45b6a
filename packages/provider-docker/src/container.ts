import { PublishError, isUnhealthy, runTasks, warn, type Image, type ProviderContext, type Task } from "@datasette-publish/core";
import type { Container, ContainerCreateOptions, ContainerInfo } from "dockerode";
import { containerSpec, urlOf } from "./container-spec.ts";
import { during, engineError, type Engine } from "./engine.ts";
import { containerName, containersOf, isActive, nameOf } from "./label.ts";
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
  const url = urlOf(hostPort, ctx.site.serve.settings["base_url"]);
  const spec = containerSpec({ site, source: ctx.source, image, tag, hostPort, url, variables });
  await replace(engine, earlier, spec, { url, hostPort, secrets: Object.values(variables) }, ctx);
  for (const container of earlier) await removeEarlier(engine, container, ctx);
  return { container: await settleName(engine.getContainer(spec.name), site), url };
}

interface Serving {
  readonly url: string;
  readonly hostPort: number;
  readonly secrets: readonly string[];
}

/** The new container goes by its name: it can be taken back also when the answer that it was made is lost. */
async function replace(
  engine: Engine,
  earlier: readonly ContainerInfo[],
  spec: ContainerCreateOptions & { readonly name: string },
  { url, hostPort, secrets }: Serving,
  ctx: ProviderContext,
): Promise<void> {
  const active = earlier.filter(isActive);
  const former = active.map(({ Id }) => engine.getContainer(Id));
  const fresh = engine.getContainer(spec.name);
  const stopped: Container[] = [];
  let logs = "";
  const task: Task = {
    verb: earlier.length > 0 ? "replace" : "run",
    target: containerName(ctx.site.name),
    async run() {
      await during("making the container", createContainer(engine, spec));
      for (const container of former) {
        stopped.push(container);
        await during("stopping the earlier container", unless(304, container.stop({ t: stopTimeoutSeconds })));
      }
      await start(fresh, hostPort);
    },
    async undo() {
      logs = await lastLines(fresh, secrets);
      const removed = during("removing the new container", unless(404, fresh.remove({ force: true })));
      const problem = await removed.then(
        () => null,
        (error: PublishError) => error.message,
      );
      for (const container of stopped) await startAgain(container);
      return problem;
    },
  };
  const serving = active[0] ? nameOf(active[0]) : null;
  const last = () => ctx.confirm(url, { gone: () => reasonGone(fresh) });
  // `existed`: a first container is taken back as well, whatever went wrong.
  await runTasks("docker", { serving, existed: true, tasks: [task] }, ctx, { last }).catch((error: unknown) => {
    if (!isUnhealthy(error)) throw error;
    if (logs) ctx.report({ type: "output", id: "container", text: logs });
    throw withLogs(error, logs);
  });
}

/** By docker-modem's own keys, as it would send the variables of the site in the query string as well, which engines log. */
function createContainer(engine: Engine, { name, ...body }: ContainerCreateOptions): Promise<Container> {
  const request: object = { _query: { name }, _body: body };
  return engine.createContainer(request);
}

async function removeEarlier(engine: Engine, container: ContainerInfo, ctx: ProviderContext): Promise<void> {
  const removed = unless(404, engine.getContainer(container.Id).remove({ force: true, v: true }));
  await during("removing the earlier container", removed).catch((error: unknown) => {
    const message = `${ctx.site.name} is published and answers, but its earlier container ${nameOf(container)} could not be removed.`;
    warn(ctx, "LEFT_AT_HOST", message, { name: ctx.name }, { action: "retry", note: "to remove it" });
    throw error;
  });
}

function withLogs({ code, message, remedies, facts }: PublishError, logs: string): PublishError {
  const readLogs = ["Read the container's last lines, and fix their cause.", { action: "retry" }] as const;
  return new PublishError(code, message, logs ? readLogs : remedies, { ...facts, logs });
}

async function start(container: Container, hostPort: number): Promise<void> {
  try {
    await container.start();
  } catch (error) {
    throw /already allocated|already in use/.test((error as Error).message)
      ? portTaken(hostPort)
      : engineError(error, "starting the container");
  }
}

/** Starts an earlier container again, if it was stopped. */
async function startAgain(container: Container): Promise<void> {
  const { State } = await during("looking at the earlier container", container.inspect());
  if (!State.Running) await during("starting the earlier container again", unless(304, container.start()));
}

async function reasonGone(container: Container): Promise<string | null> {
  const { State, RestartCount } = await during("looking at the container", container.inspect());
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

/** Gives the container its lasting name. If another container has that one (409), ours keeps the name it was made with. */
async function settleName(container: Container, site: string): Promise<string> {
  const name = containerName(site);
  try {
    await container.rename({ name });
    return name;
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode === 409) return container.id;
    throw engineError(error, "naming the container");
  }
}

/** Accepts the engine's `statusCode` as success: 304 says that nothing had to change. */
export async function unless(statusCode: number, call: Promise<unknown>): Promise<void> {
  await call.catch((error: unknown) => {
    if ((error as { statusCode?: number }).statusCode !== statusCode) throw error;
  });
}
