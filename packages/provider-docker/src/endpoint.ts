import { hash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { LoginContext } from "@datasette-publish/core/provider";

/** Where an engine is looked for. */
export interface Endpoint {
  readonly address: string;
  readonly tls: boolean;
  /** Folder of `ca.pem`, `cert.pem` and `key.pem`; absent: none are needed. */
  readonly certificates?: string;
  /** Name of Docker's context that says so. */
  readonly context?: string;
  /** Trust any certificate: `SkipTLSVerify` of a context. */
  readonly skipTlsVerify?: true;
}

export const defaultSocket = process.platform === "win32" ? "//./pipe/docker_engine" : "/var/run/docker.sock";

/** Who looks for an engine. */
export type Whose = Pick<LoginContext, "env" | "home" | "error" | "isError">;

/**
 * As Docker's own CLI finds it: `DOCKER_HOST`, else the context that `DOCKER_CONTEXT` or `docker context use` names
 * (Docker Desktop, Colima and others set one), else the platform's default socket. For a user of another machine: `DOCKER_HOST` alone.
 *
 * @throws PublishError `ENGINE_UNREACHABLE` when there is no such context, or no engine of that user
 */
export function endpointOf(whose: Whose): Endpoint {
  const { env, home } = whose;
  const { DOCKER_HOST: address, DOCKER_CERT_PATH: certificates, DOCKER_TLS_VERIFY: tls } = env;
  if (address) return { address, tls: Boolean(tls), ...(certificates && { certificates }) };
  if (home === null) throw whose.error("ENGINE_UNREACHABLE", "No Docker engine is named.", "Set DOCKER_HOST.", { address: null });
  const folder = env["DOCKER_CONFIG"] || join(home, ".docker");
  const context =
    env["DOCKER_CONTEXT"] || (readJson(join(folder, "config.json")) as { currentContext?: string } | undefined)?.currentContext;
  if (context && context !== "default") return contextIn(whose, join(folder, "contexts"), context);
  return { address: `${process.platform === "win32" ? "npipe" : "unix"}://${defaultSocket}`, tls: false };
}

/** What is read of a context's `meta.json`. */
interface Meta {
  readonly Endpoints?: { readonly docker?: { readonly Host?: string; readonly SkipTLSVerify?: boolean } };
}

/** A context's folder is called by its name's digest (docker/cli, `cli/context/store`). */
function contextIn(whose: Whose, folder: string, name: string): Endpoint {
  const id = hash("sha256", name);
  const meta = readJson(join(folder, "meta", id, "meta.json")) as Meta | undefined;
  const { Host: address, SkipTLSVerify: skip } = meta?.Endpoints?.docker ?? {};
  if (!address)
    throw whose.error(
      "ENGINE_UNREACHABLE",
      `Docker's context ${JSON.stringify(name)} has no engine.`,
      [{ action: "run", run: ["docker", "context", "ls"], note: "to see which contexts there are" }, "Choose one, or set DOCKER_HOST."],
      { context: name },
    );
  const certificates = join(folder, "tls", id, "docker");
  const hasFolder = mayExist(certificates);
  return {
    address,
    context: name,
    tls: hasFolder || Boolean(skip),
    ...(hasFolder && { certificates }),
    ...(skip && { skipTlsVerify: true }),
  };
}

/** True also if we may not look: reading then fails, and TLS is never left out. */
function mayExist(folder: string): boolean {
  try {
    return statSync(folder, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return true;
  }
}

/** Undefined if there is no such file, or it is not JSON. */
function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}
