import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { findBinary } from "./real.ts";

/** How long a registry may take to answer after its start. */
const startTimeoutMs = 20_000;

/** Who may use a registry that asks. */
export const registryLogin = { username: "ada", password: "a-password" };
/** The same as a line of an htpasswd file: bcrypt, the one kind that the registry takes. */
const htpasswd = "ada:$2b$04$GD8mRi94BjVYTIs45G4LFO6gJBF5b4OC1mkLBxnawFUM8J3vv9Msy\n";

/** A registry of one's own, empty, on a free port of this machine. */
export interface RunningRegistry {
  /** `http://localhost:<port>` */
  readonly url: string;
  /** For references: `localhost:<port>` */
  readonly host: string;
  /** Ends it and deletes what it stored. */
  stop(): Promise<void>;
}

/**
 * Starts the CNCF distribution registry (Debian package `docker-registry`).
 *
 * @param asks whether it wants {@link registryLogin} of everybody; unset: it asks nobody who they are
 * @throws Error when it is not installed or does not answer in 20 s
 */
export async function startRegistry({ asks = false } = {}): Promise<RunningRegistry> {
  const binary = findBinary("registry");
  if (binary === null) throw new Error("docker-registry is not on PATH.");
  const dir = await mkdtemp(join(tmpdir(), "registry-"));
  const port = await freePort();
  const config = join(dir, "config.yml");
  await writeFile(join(dir, "htpasswd"), htpasswd);
  await writeFile(config, configOf(port, dir, asks));
  const child = spawn(binary, ["serve", config], { stdio: "ignore", env: { PATH: process.env["PATH"], OTEL_TRACES_EXPORTER: "none" } });
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null && child.pid !== undefined) {
      const exited = once(child, "exit");
      child.kill("SIGKILL");
      await exited;
    }
    await rm(dir, { recursive: true, force: true });
  };
  const host = `localhost:${port}`;
  try {
    await untilReady(`http://${host}/v2/`, child);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: `http://${host}`, host, stop };
}

function configOf(port: number, dir: string, asks: boolean): string {
  return [
    "version: 0.1",
    "log: {level: error, accesslog: {disabled: true}}",
    `storage: {filesystem: {rootdirectory: ${JSON.stringify(join(dir, "data"))}}}`,
    `http: {addr: "127.0.0.1:${port}", secret: testkit}`,
    ...(asks ? [`auth: {htpasswd: {realm: registry, path: ${JSON.stringify(join(dir, "htpasswd"))}}}`] : []),
    "",
  ].join("\n");
}

/** A TCP port of 127.0.0.1 that nothing listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

async function untilReady(url: string, child: ChildProcess): Promise<void> {
  const deadlineMs = performance.now() + startTimeoutMs;
  while (performance.now() < deadlineMs) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`docker-registry ended with status ${child.exitCode}.`);
    const answer = await fetch(url).catch(() => null);
    if (answer?.ok === true || answer?.status === 401) return;
    await sleep(50);
  }
  throw new Error(`docker-registry gave no answer at ${url}.`);
}
