import type { LoginContext, PublishError, Remedies, Session } from "@datasette-publish/core/provider";
import type Docker from "dockerode";
import { defaultSocket, endpointOf, type Whose } from "./endpoint.ts";
import { tlsOptions } from "./tls.ts";

export type Engine = Docker;

const pingTimeoutMs = 5000;

/** The engine's address as messages may show it: without a user and a password. */
export function shownAddress(whose: Whose): string {
  return endpointOf(whose).address.replace(/^(?!unix:|npipe:)(\w+:\/\/)?.*@/, "$1");
}

/** How the engine's machine is reached from here: 127.0.0.1 where it is this one. */
export function hostOf(whose: Whose): string {
  const { address } = endpointOf(whose);
  return isLocal(whose) ? "127.0.0.1" : new URL(address.includes("//") ? address : `tcp://${address}`).hostname;
}

/** Whether the engine's 127.0.0.1 is this machine's. */
export function isLocal(whose: Whose): boolean {
  const { address } = endpointOf(whose);
  return /^(unix|npipe):/.test(address) || /^(\w+:\/\/)?(localhost|127\.[\d.]+|\[::1\])(:|\/|$)/.test(address);
}

/** The engine that there is for a user, or undefined when none answers. @throws PublishError as {@link endpointOf} and {@link tlsOptions} do */
export async function connect(whose: Whose, signal?: AbortSignal): Promise<Engine | undefined> {
  signal?.throwIfAborted();
  const { default: Client } = await import("dockerode");
  const timeout = AbortSignal.timeout(pingTimeoutMs);
  try {
    const engine = new Client(connection(whose));
    await ping(engine, signal ? AbortSignal.any([signal, timeout]) : timeout);
    return engine;
  } catch (error) {
    signal?.throwIfAborted();
    if (whose.isError(error)) throw error;
    return undefined;
  }
}

/** What the first part of a run finds, an engine or none, holds for all of it. */
const known = new WeakMap<Session, Promise<Engine | undefined>>();

/** The engine of a run, looked for once. @throws PublishError as {@link connect} does */
export function engineFor(ctx: LoginContext): Promise<Engine | undefined> {
  const engine = known.get(ctx.session) ?? connect(ctx, ctx.signal);
  known.set(ctx.session, engine);
  return engine;
}

/** The engine of a run. @throws PublishError `ENGINE_UNREACHABLE` */
export async function requireEngine(ctx: LoginContext): Promise<Engine> {
  const engine = await engineFor(ctx);
  if (engine === undefined) throw unreachable(ctx, ["Start Docker, or set DOCKER_HOST.", { action: "retry" }]);
  return engine;
}

/** No engine answers, and one is needed. */
export function unreachable(whose: Whose, remedies: Remedies): PublishError {
  const address = shownAddress(whose);
  return whose.error("ENGINE_UNREACHABLE", `No Docker engine answers at ${address}.`, remedies, { address });
}

/** dockerode's types know only a callback here. */
async function ping(engine: Engine, abortSignal: AbortSignal): Promise<void> {
  await (engine.ping as unknown as (options: { abortSignal: AbortSignal }) => Promise<unknown>).call(engine, { abortSignal });
}

/** The engine's architecture, in OCI's words. */
export async function architectureOf(ctx: Whose, engine: Engine): Promise<"amd64" | "arm64"> {
  const { Architecture } = (await during(ctx, "naming its architecture", engine.info())) as { Architecture?: string };
  return Architecture === "aarch64" || Architecture === "arm64" ? "arm64" : "amd64";
}

/** Awaits an engine call. @throws PublishError as {@link engineError} makes it */
export async function during<T>(ctx: Whose, doing: string, call: Promise<T>): Promise<T> {
  return call.catch((error: unknown) => {
    throw engineError(ctx, error, doing);
  });
}

/** Accepts the engine's `statusCode` as success: 304 says that nothing had to change. */
export async function unless(statusCode: number, call: Promise<unknown>): Promise<void> {
  await call.catch((error: unknown) => {
    if ((error as { statusCode?: number }).statusCode !== statusCode) throw error;
  });
}

/** Any failure of an engine call as `ENGINE_REFUSED` (it said no) or `ENGINE_UNREACHABLE` (it went away). */
export function engineError(ctx: Whose, error: unknown, doing: string): PublishError {
  const { message, statusCode, json } = error as Error & { statusCode?: number; json?: { message?: string } };
  const said = json?.message ?? message;
  if (statusCode === undefined)
    return ctx.error(
      "ENGINE_UNREACHABLE",
      `The Docker engine went away while ${doing}: ${said}.`,
      ["Start Docker.", { action: "retry" }],
      {},
      error,
    );
  return refused(ctx, doing, said, statusCode);
}

/** The engine's own refusal. */
export function refused(ctx: Whose, doing: string, said: string, statusCode: number | null = null): PublishError {
  return ctx.error("ENGINE_REFUSED", `The Docker engine refused ${doing}: ${said}`, ["Fix what the engine reports.", { action: "retry" }], {
    statusCode,
  });
}

/** Every field is set, so that dockerode takes none from `process.env`. */
function connection(whose: Whose): Docker.DockerOptions & { pathPrefix?: string } {
  const unset = {
    host: undefined,
    port: undefined,
    protocol: undefined,
    username: undefined,
    ca: undefined,
    cert: undefined,
    key: undefined,
  };
  const endpoint = endpointOf(whose);
  const { address } = endpoint;
  const local = /^(unix|npipe):\/\/(.*)$/.exec(address);
  if (local) return { ...unset, socketPath: local[2] || defaultSocket };
  const url = new URL(address.includes("//") ? address : `tcp://${address}`);
  const tls = endpoint.tls || url.port === "2376";
  const protocol = url.protocol === "ssh:" ? "ssh" : tls ? "https" : "http";
  return {
    ...unset,
    host: url.hostname,
    port: url.port || (protocol === "ssh" ? 22 : tls ? 2376 : 2375),
    protocol,
    pathPrefix: "/",
    ...(url.username ? { username: url.username } : {}),
    ...(whose.env["SSH_AUTH_SOCK"] ? { sshOptions: { agent: whose.env["SSH_AUTH_SOCK"] } } : {}),
    ...(tls ? tlsOptions(whose, endpoint) : {}),
  };
}
