import { randomBytes } from "node:crypto";
import { PublishError, defaultPort, type Image, type ProviderContext } from "@datasette-publish/core";
import type { ContainerInfo, Container } from "dockerode";
import { engineError, type Engine } from "./engine.ts";
import { awaitHealth } from "./health.ts";
import { containerName, containersOf, labelsOf } from "./label.ts";
import { portTaken } from "./port.ts";

const stopTimeoutSeconds = 10;
const logLines = 20;

/**
 * Runs the loaded image `tag` in a locked-down container in place of the site's earlier ones.
 * They are stopped first (they hold the port), removed when the new one is healthy, and started again when it is not.
 */
export async function runContainer(
  engine: Engine,
  image: Image,
  tag: string,
  hostPort: number,
  ctx: ProviderContext,
): Promise<{ container: string; url: string }> {
  const earlier = await containersOf(engine, ctx.site.name);
  const secret = (await secretOf(engine, earlier)) || ctx.env.DATASETTE_SECRET || randomBytes(32).toString("hex");
  const running = earlier.filter(({ State }) => State === "running");
  const url = `http://127.0.0.1:${hostPort}${basePath(ctx.site.settings["base_url"])}`;
  let fresh: Container | undefined;
  try {
    fresh = await engine.createContainer(containerSpec(image, tag, hostPort, secret, ctx.site.name));
    for (const { Id } of running) await stop(engine.getContainer(Id));
    await start(fresh, hostPort);
    await requireHealth(fresh, url, ctx);
  } catch (error) {
    await fresh?.remove({ force: true }).catch(() => {});
    for (const { Id } of running)
      await engine
        .getContainer(Id)
        .start()
        .catch(() => {});
    ctx.signal?.throwIfAborted();
    throw error instanceof Error && "code" in error && "hint" in error ? error : engineError(error, "starting the container");
  }
  for (const { Id } of earlier)
    await engine
      .getContainer(Id)
      .remove({ force: true, v: true })
      .catch((error: unknown) => {
        throw engineError(error, "removing the earlier container");
      });
  return { container: await settleName(fresh, ctx.site.name), url };
}

function containerSpec(image: Image, tag: string, hostPort: number, secret: string, site: string) {
  const inside = exposedPort(image);
  return {
    Image: tag,
    name: `${containerName(site)}-${randomBytes(4).toString("hex")}`,
    Env: [`PORT=${inside}`, `DATASETTE_SECRET=${secret}`],
    Labels: labelsOf(site),
    ExposedPorts: { [`${inside}/tcp`]: {} },
    HostConfig: {
      ReadonlyRootfs: true,
      Tmpfs: { "/tmp": "rw,noexec,nosuid,size=256m,mode=1777" },
      CapDrop: ["ALL"],
      SecurityOpt: ["no-new-privileges"],
      RestartPolicy: { Name: "unless-stopped" },
      PortBindings: { [`${inside}/tcp`]: [{ HostIp: "127.0.0.1", HostPort: String(hostPort) }] },
    },
  };
}

/** The port the image's config exposes; the launcher listens there when `PORT` says so. */
export function exposedPort(image: Image): number {
  const { config } = JSON.parse(Buffer.from(image.config).toString()) as { config?: { ExposedPorts?: Record<string, unknown> } };
  return Number.parseInt(Object.keys(config?.ExposedPorts ?? {})[0] ?? "", 10) || defaultPort;
}

async function secretOf(engine: Engine, earlier: readonly ContainerInfo[]): Promise<string | undefined> {
  for (const { Id } of earlier) {
    const { Config } = await engine.getContainer(Id).inspect();
    const found = Config.Env.find((entry) => entry.startsWith("DATASETTE_SECRET="));
    if (found) return found.slice("DATASETTE_SECRET=".length);
  }
  return undefined;
}

async function start(container: Container, hostPort: number): Promise<void> {
  try {
    await container.start();
  } catch (error) {
    throw /already allocated|already in use/.test((error as Error).message) ? portTaken(hostPort) : error;
  }
}

/** 304 says that it has stopped already. */
async function stop(container: Container): Promise<void> {
  try {
    await container.stop({ t: stopTimeoutSeconds });
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode !== 304) throw error;
  }
}

async function requireHealth(container: Container, url: string, ctx: ProviderContext): Promise<void> {
  const gone = async () => {
    const { State, RestartCount } = await container.inspect();
    return RestartCount > 0 || State.Status === "exited" || State.Status === "dead";
  };
  const problem = await awaitHealth(url, ctx.site, Number(ctx.options["timeout"] ?? 60) * 1000, gone, ctx.signal);
  if (problem === null) return;
  const logs = demultiplex(await container.logs({ stdout: true, stderr: true, tail: logLines }));
  if (logs) ctx.report({ type: "output", id: "container", text: logs });
  throw new PublishError(
    "DEPLOYMENT_UNHEALTHY",
    `The container does not serve the site: ${problem}.`,
    "Read the container's last lines, mend their cause, and publish again.",
    { url, logs },
  );
}

/** Docker frames a container's output: 1 byte of stream, 3 of padding, 4 of length, then the text. */
function demultiplex(frames: Buffer): string {
  let text = "";
  for (let at = 0; at + 8 <= frames.length;) {
    const end = at + 8 + frames.readUInt32BE(at + 4);
    text += frames.toString("utf8", at + 8, end);
    at = end;
  }
  return text.trimEnd();
}

/** A container of somebody else's may have the name (409): then ours keeps the one it was made with. */
async function settleName(container: Container, site: string): Promise<string> {
  try {
    await container.rename({ name: containerName(site) });
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode !== 409) throw engineError(error, "naming the container");
  }
  const { Name } = await container.inspect();
  return Name.replace(/^\//, "");
}

/** Datasette's `base_url` setting with a slash at either end. */
function basePath(setting = "/"): string {
  return `/${setting}/`.replace(/\/+/g, "/");
}
