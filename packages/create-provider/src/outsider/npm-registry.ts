import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { plainEnvironment } from "./environment.ts";
import { startFront } from "./front.ts";
import type { PackedPackage } from "./packages.ts";

const startTimeoutMs = 60_000;
const verdaccio = fileURLToPath(new URL("../../node_modules/verdaccio/bin/verdaccio", import.meta.url));

/** An npm registry on this machine, with packages of its own; every other package comes from the registry that npm is set to. */
export interface NpmRegistry {
  /** `http://127.0.0.1:<port>/`, for every package. */
  readonly url: string;
  /** Of a user who may publish. */
  readonly token: string;
  publish(packed: PackedPackage): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts Verdaccio on `port` of 127.0.0.1, for `ownPackages` alone: it is slow in handing on those of others.
 * What it stores goes to `dir`, which is the caller's to remove.
 */
export async function startNpmRegistry(dir: string, port: number, ownPackages: readonly string[]): Promise<NpmRegistry> {
  const listen = `http://127.0.0.1:${port}/`;
  const config = join(dir, "config.json");
  await writeFile(config, JSON.stringify(configOf(dir)));
  const front = await startFront({ own: new Set(ownPackages), port, others: machineRegistry(), pinned: { vite: viteVersion() } });
  const { url } = front;
  const child = spawn(process.execPath, [verdaccio, "--config", config, "--listen", listen], { stdio: "ignore", env: plainEnvironment() });
  const stop = async () => {
    await front.stop();
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "exit");
    child.kill("SIGKILL");
    await exited;
  };
  try {
    await untilReady(listen, child);
    const token = await addUser(url);
    const publish = async (packed: PackedPackage) => {
      await put(new URL(encodeURIComponent(packed.manifest.name), url), documentOf(packed, url), token);
    };
    return { url, token, stop, publish };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Of the vite that vitest has here. */
function viteVersion(): string {
  const vitest = createRequire(import.meta.url).resolve("vitest/package.json");
  return (createRequire(vitest)("vite/package.json") as { version: string }).version;
}

/** The registry that npm uses on this machine, outside of any package. */
function machineRegistry(): string {
  return execFileSync("npm", ["config", "get", "registry"], { encoding: "utf8", cwd: "/" }).trim();
}

function configOf(dir: string) {
  return {
    storage: join(dir, "storage"),
    auth: { htpasswd: { file: join(dir, "htpasswd") } },
    packages: { "**": { access: "$all", publish: "$authenticated" } },
    web: { enable: false },
    max_body_size: "200mb",
    log: { type: "stdout", level: "fatal" },
  };
}

async function untilReady(url: string, child: ChildProcess): Promise<void> {
  const deadlineMs = performance.now() + startTimeoutMs;
  while (performance.now() < deadlineMs) {
    if (child.exitCode !== null) throw new Error(`verdaccio ended with status ${child.exitCode}.`);
    if ((await fetch(new URL("-/ping", url)).catch(() => null))?.ok === true) return;
    await sleep(100);
  }
  throw new Error(`verdaccio gave no answer at ${url}.`);
}

async function addUser(url: string): Promise<string> {
  const user = { name: "outsider", password: "a password", email: "outsider@example.com" };
  const answer = await put(new URL("-/user/org.couchdb.user:outsider", url), user);
  return (answer as { token: string }).token;
}

/** What `npm publish` sends: the packument of one version, with the tarball in it. */
function documentOf({ manifest, tarball }: PackedPackage, url: string) {
  const { name, version } = manifest;
  const file = `${name}-${version}.tgz`;
  const dist = {
    integrity: `sha512-${createHash("sha512").update(tarball).digest("base64")}`,
    shasum: createHash("sha1").update(tarball).digest("hex"),
    tarball: `${url}${name}/-/${file}`,
  };
  return {
    _id: name,
    name,
    "dist-tags": { latest: version },
    versions: { [version]: { ...manifest, _id: `${name}@${version}`, dist } },
    _attachments: { [file]: { content_type: "application/octet-stream", data: tarball.toString("base64"), length: tarball.length } },
  };
}

async function put(url: URL, body: object, token?: string): Promise<unknown> {
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const response = await fetch(url, {
    method: "PUT",
    headers: { "content-type": "application/json", ...authorization },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`PUT ${url.pathname} was answered with ${response.status}: ${await response.text()}`);
  return response.json();
}
