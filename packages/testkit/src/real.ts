import { execFileSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** A real program that a test runs against. */
export type RealPart = "docker" | "registry" | "skopeo" | "chromium" | "debootstrap";

const binaries: Readonly<Record<RealPart, readonly string[]>> = {
  docker: ["docker"],
  registry: ["docker-registry"],
  skopeo: ["skopeo"],
  chromium: ["chromium", "chromium-browser", "google-chrome"],
  debootstrap: ["debootstrap"],
};

/** An engine that does not answer in this time is not there. */
const engineTimeoutMs = 10_000;

const known = new Map<RealPart, boolean>();

/**
 * Whether a real part is on this machine; for `describe.skipIf(!realPart("docker"))`.
 * Docker's engine is found as the client finds it (`DOCKER_HOST`) and has to answer.
 *
 * @throws Error when it is missing and `REQUIRE_REAL=1` says that it must not be
 */
export function realPart(name: RealPart): boolean {
  const found = known.get(name) ?? (findBinary(name) !== null && (name !== "docker" || engineAnswers()));
  known.set(name, found);
  if (!found && process.env["REQUIRE_REAL"] === "1") throw new Error(`REQUIRE_REAL=1, and ${name} is not on this machine.`);
  return found;
}

/** Absolute path of a real part's program; null when it is not on PATH. */
export function findBinary(name: RealPart): string | null {
  const dirs = (process.env["PATH"] ?? "").split(delimiter);
  return binaries[name].flatMap((binary) => dirs.map((dir) => join(dir, binary))).find(isExecutable) ?? null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function engineAnswers(): boolean {
  try {
    execFileSync("docker", ["version", "--format", "{{.Server.Version}}"], { timeout: engineTimeoutMs, stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
