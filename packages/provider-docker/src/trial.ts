import { randomBytes } from "node:crypto";
import { get } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import type { Container } from "dockerode";
import { createContainer } from "./container.ts";
import type { Whose } from "./endpoint.ts";
import { architectureOf, connect, during, engineError, isLocal, unless, type Engine } from "./engine.ts";
import { loadArchive } from "./load.ts";
import { linesOf } from "./logs.ts";
import { memoryLimits } from "./memory.ts";
import { defaultPort } from "./options.ts";

/** What a container is tried with. */
export interface TrialRequest {
  /** The archive of the image under a name. */
  readonly archive: (reference: string) => AsyncIterable<Uint8Array>;
  /** Folders that the site writes to. */
  readonly folders: readonly string[];
}

/** A container that is there for as long as its site is looked at. */
export interface Trial extends AsyncDisposable {
  /** Origin of the site: `http://127.0.0.1:49153`. */
  readonly address: string;
  /** Removes the container and its image. */
  close(): Promise<void>;
}

/** An engine of this machine, in which a site can be looked at before it is published. */
export interface TrialEngine {
  readonly platform: { readonly os: "linux"; readonly architecture: "amd64" | "arm64" };
  /** Serves an image at a free port of 127.0.0.1, once it answers. @throws PublishError `ENGINE_REFUSED`, `PREVIEW_FAILED` */
  start(request: TrialRequest): Promise<Trial>;
}

/** Who looks for an engine, and what stops that. */
type Looker = Whose & { readonly signal?: AbortSignal | undefined };

const pollMs = 100;
const startTimeoutMs = 60_000;

/** The engine of this machine for a user; null when none answers, or only one of another machine. */
export async function findTrialEngine(looker: Looker): Promise<TrialEngine | null> {
  try {
    const engine = isLocal(looker) ? await connect(looker, looker.signal) : undefined;
    if (engine === undefined) return null;
    const platform = { os: "linux", architecture: await architectureOf(looker, engine) } as const;
    return { platform, start: (request) => startTrial(engine, request, looker) };
  } catch (error) {
    if (looker.isError(error, "ENGINE_UNREACHABLE")) return null;
    throw error;
  }
}

/** Its name is its own, so that no site's image or container is replaced, and none is taken for one of this tool's. */
async function startTrial(engine: Engine, { archive, folders }: TrialRequest, looker: Looker): Promise<Trial> {
  const name = `datasette-publish-check-${randomBytes(6).toString("hex")}`;
  const reference = `${name}:latest`;
  const container = engine.getContainer(name);
  const close = async (): Promise<void> => {
    await during(looker, "removing the container", unless(404, container.remove({ force: true })));
    await during(looker, "removing the image", unless(404, engine.getImage(reference).remove()));
  };
  try {
    await loadArchive(engine, archive(reference), looker);
    await during(looker, "making the container", createContainer(engine, name, trialSpec(reference, folders)));
    await during(looker, "starting the container", container.start());
    const { NetworkSettings } = await during(looker, "looking at the container", container.inspect());
    const address = `http://127.0.0.1:${NetworkSettings.Ports[`${defaultPort}/tcp`]?.[0]?.HostPort}`;
    await untilAnswers(container, address, looker);
    return { address, close, [Symbol.asyncDispose]: close };
  } catch (error) {
    await close().catch(() => {});
    looker.signal?.throwIfAborted();
    throw error;
  }
}

/** Locked down as a site's container is; never root, which a host may start the image as for what it alone has. */
function trialSpec(reference: string, folders: readonly string[]) {
  const { Tmpfs } = memoryLimits(0);
  const writable = Object.fromEntries(folders.map((folder) => [folder, "rw,noexec,nosuid,mode=1777"]));
  return {
    Image: reference,
    User: "65532:65532",
    Env: [`PORT=${defaultPort}`],
    ExposedPorts: { [`${defaultPort}/tcp`]: {} },
    HostConfig: {
      ReadonlyRootfs: true,
      Tmpfs: { ...Tmpfs, ...writable },
      CapDrop: ["ALL"],
      SecurityOpt: ["no-new-privileges"],
      PortBindings: { [`${defaultPort}/tcp`]: [{ HostIp: "127.0.0.1", HostPort: "" }] },
    },
  };
}

async function untilAnswers(container: Container, address: string, looker: Looker): Promise<void> {
  const deadlineMs = performance.now() + startTimeoutMs;
  while (!(await answers(address))) {
    looker.signal?.throwIfAborted();
    const { State } = await during(looker, "looking at the container", container.inspect());
    if (State.Running && performance.now() < deadlineMs) await pause(pollMs, undefined, { signal: looker.signal });
    else throw await notStarted(container, looker);
  }
}

/** Whether an HTTP server answers, whatever it says. */
function answers(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    get(address, { agent: false }, (response) => {
      response.resume();
      resolve(true);
    }).on("error", () => resolve(false));
  });
}

async function notStarted(container: Container, looker: Looker) {
  const log = await container.logs({ stdout: true, stderr: true, tail: 20 }).catch((error: unknown) => {
    throw engineError(looker, error, "reading the container's log");
  });
  let problem = "it says nothing";
  for await (const line of linesOf([log])) if (line.trim() !== "") problem = line;
  const message = `The site does not start in a container of its image: ${problem}`;
  return looker.error("PREVIEW_FAILED", message, "Correct the metadata, the setting or the plugin that Datasette names.", {
    datasette: problem,
  });
}
