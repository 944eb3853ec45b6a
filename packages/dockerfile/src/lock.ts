import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PublishError, isPublishError, setOption, step, type Context, type SitePlatform } from "@datasette-publish/core";
import { linuxPython, pinOf, pipDownload, type Requirements } from "@datasette-publish/plugins";
import type { Base } from "./base.ts";

type Architecture = SitePlatform["architecture"];

/** What pip is to find wheels for. */
export interface LockRequest {
  readonly base: Base;
  readonly architectures: readonly [Architecture, ...Architecture[]];
  /** The Datasette to install, such as `0.65.5`. */
  readonly datasetteVersion: string;
  /** Plugins, as wheels. */
  readonly requirements?: Requirements | undefined;
  /** Pins (`name==version`) that hold wherever the base's Python can have them. */
  readonly pins: readonly string[];
}

/** One project, and the wheels of it that the platforms may install. */
export interface LockedProject {
  readonly name: string;
  readonly version: string;
  /** SHA-256, hex, sorted. */
  readonly sha256s: readonly string[];
}

/** What the base installs, by name. */
export interface Lock {
  readonly projects: readonly LockedProject[];
  /** Paths of the wheels, by architecture. */
  readonly wheels: ReadonlyMap<Architecture, readonly string[]>;
}

/** Datasette declares these for `datasette install`, which an image does not run. */
const unused = new Set(["pip", "setuptools"]);

/**
 * Has pip resolve what a base installs, as wheels of its Python and C library, and download them into `dir`. Runs no code of theirs.
 *
 * @throws PublishError `PLUGIN_UNRESOLVABLE`, `PIP_MISSING`, `RUNTIME_DOWNLOAD_FAILED`
 */
export async function lockWheels(request: LockRequest, dir: string, ctx: Context): Promise<Lock> {
  const wheels = new Map<Architecture, readonly string[]>();
  const projects = new Map<string, { name: string; version: string; sha256s: Set<string> }>();
  let { pins } = request;
  for (const architecture of request.architectures) {
    const title = `Find wheels for Python ${request.base.python} on linux/${architecture}`;
    const paths = await step(ctx, "dockerfile.lock", title, () =>
      download({ ...request, pins }, architecture, join(dir, architecture), ctx.signal),
    );
    wheels.set(architecture, paths);
    for (const path of paths) {
      const pin = pinOf(path.slice(path.lastIndexOf("/") + 1));
      const project = projects.get(pin.name) ?? { ...pin, sha256s: new Set() };
      projects.set(pin.name, project);
      project.sha256s.add(
        createHash("sha256")
          .update(await readFile(path))
          .digest("hex"),
      );
    }
    pins = [...projects.values()].map(({ name, version }) => `${name}==${version}`);
  }
  const sorted = [...projects.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  return { projects: sorted.map(({ sha256s, ...project }) => ({ ...project, sha256s: [...sha256s].sort() })), wheels };
}

/** With the pins, else without: an older Python has older versions. */
async function download(request: LockRequest, architecture: Architecture, dir: string, signal?: AbortSignal): Promise<string[]> {
  try {
    return await downloadInto(join(dir, "pinned"), request, request.pins, architecture, signal);
  } catch (error) {
    if (!isUnresolvable(error)) throw error;
  }
  try {
    return await downloadInto(join(dir, "free"), request, [], architecture, signal);
  } catch (error) {
    throw isUnresolvable(error) ? unresolvable(request, error) : error;
  }
}

async function downloadInto(
  dir: string,
  { base, datasetteVersion, requirements }: LockRequest,
  pins: readonly string[],
  architecture: Architecture,
  signal?: AbortSignal,
): Promise<string[]> {
  await mkdir(dir, { recursive: true });
  const constraints = `${dir}.txt`;
  await writeFile(constraints, pins.map((pin) => `${pin}\n`).join(""));
  const target = linuxPython({ version: base.python, libc: base.libc, architecture });
  const wanted = [...(requirements?.arguments ?? []), `datasette==${datasetteVersion}`];
  await pipDownload(target, ["-c", constraints, "-d", dir, ...wanted], signal);
  const names = (await readdir(dir)).filter((name) => name.endsWith(".whl") && !unused.has(pinOf(name).name));
  return names.sort().map((name) => join(dir, name));
}

function isUnresolvable(error: unknown): error is PublishError {
  return (
    isPublishError(error) &&
    error.code === "RUNTIME_DOWNLOAD_FAILED" &&
    /No matching distribution|ResolutionImpossible|conflicting|Invalid requirement|not a supported wheel/i.test(
      String(error.facts["errors"]),
    )
  );
}

function unresolvable({ base, datasetteVersion, requirements }: LockRequest, error: PublishError): PublishError {
  const said = String(error.facts["errors"]);
  const texts = [`Datasette ${datasetteVersion}`, ...(requirements?.texts ?? [])].join(", ");
  const message = `There are no wheels for Python ${base.python} and ${base.libc} of: ${texts}.`;
  const remedies = [`pip says: ${said.split("\n").slice(0, 3).join(" ")}`, setOption("base", undefined, "to build on another Python")];
  return new PublishError("PLUGIN_UNRESOLVABLE", message, remedies, { base: base.reference, python: base.python, errors: said }, error);
}

/** The lock as pip reads it: every project with its version and the digests of its wheels. */
export function toRequirements({ projects }: Pick<Lock, "projects">, { python, libc }: Base): string {
  const lines = projects.map(({ name, version, sha256s }) =>
    [`${name}==${version}`, ...sha256s.map((hex) => `    --hash=sha256:${hex}`)].join(" \\\n"),
  );
  return [`# Wheels for Python ${python} and ${libc}: pip installs these files and no others.`, ...lines, ""].join("\n");
}
