import { createHash } from "node:crypto";
import { copyFile, mkdir, readFile, readdir, rename, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { randomUUID } from "node:crypto";
import { PublishError, isPublishError, makeCacheDir, setOption, withWorkDir, type Environment } from "@datasette-publish/core";
import { pipDownload, type Target } from "./pip.ts";
import type { Requirements } from "./requirements.ts";

/** One wheel that a site installs; the index it comes from is whatever the machine's pip uses. */
export interface PinnedWheel {
  readonly name: string;
  readonly version: string;
  /** File name, with its platform tags (PEP 427). */
  readonly file: string;
  readonly sha256: string;
}

/** The Datasette that plugins are for: what it has already is not installed a second time, nor in another version. */
export interface Base {
  readonly datasetteVersion: string;
  /** Paths of its wheels. */
  readonly wheels: readonly string[];
}

/** Datasette declares these for `datasette install`, which an image does not run. */
const unused = new Set(["pip", "setuptools"]);

/**
 * Resolves requirements for a target, with the versions of {@link Base} as they are, and keeps the wheels in the cache.
 * Returns those that the base lacks, by name. Runs no code of theirs.
 *
 * @throws PublishError `PLUGIN_UNRESOLVABLE`, `PIP_MISSING`, `RUNTIME_DOWNLOAD_FAILED`
 */
export async function resolvePlugins(
  requirements: Requirements,
  base: Base,
  target: Target,
  { env, signal }: Run,
): Promise<readonly PinnedWheel[]> {
  return withWorkDir(async (dir) => {
    const constraints = join(dir, "constraints.txt");
    const pins = base.wheels.map((path) => pinOf(basename(path)));
    await writeFile(constraints, pins.map(({ name, version }) => `${name}==${version}\n`).join(""));
    const downloads = join(dir, "wheels");
    const options = ["-c", constraints, "-d", downloads, ...requirements.arguments, `datasette==${base.datasetteVersion}`];
    await pipDownload(target, options, signal).catch((error: unknown) => {
      throw unresolvable(error, requirements, base);
    });
    const known = new Set([...pins.map(({ name }) => name), ...unused]);
    const wheels: PinnedWheel[] = [];
    for (const file of (await readdir(downloads)).sort()) {
      const pin = pinOf(file);
      if (known.has(pin.name)) continue;
      const sha256 = digestOf(await readFile(join(downloads, file)));
      await keep(join(downloads, file), await cachedPath({ file, sha256 }, env));
      wheels.push({ ...pin, file, sha256 });
    }
    return wheels;
  });
}

/**
 * The same versions for the preview: pure wheels as they are, others where there is one for WebAssembly. What has none is left out: the
 * preview then says what it cannot show.
 *
 * @throws PublishError `PIP_MISSING`
 */
export async function pinsForPreview(pins: readonly PinnedWheel[], { env, signal }: Run): Promise<readonly PinnedWheel[]> {
  const found = await Promise.all(
    pins.map(async (pin) => (pin.file.endsWith("-none-any.whl") ? pin : withWorkDir((dir) => findForPreview(pin, dir, { env, signal })))),
  );
  return found.filter((pin) => pin !== null);
}

async function findForPreview({ name, version }: PinnedWheel, dir: string, { env, signal }: Run): Promise<PinnedWheel | null> {
  try {
    await pipDownload("preview", ["--no-deps", "-d", dir, `${name}==${version}`], signal);
  } catch (error) {
    if (isPublishError(error) && error.code === "RUNTIME_DOWNLOAD_FAILED") return null;
    throw error;
  }
  const [file = ""] = await readdir(dir);
  const pin = { name, version, file, sha256: digestOf(await readFile(join(dir, file))) };
  await keep(join(dir, file), await cachedPath(pin, env));
  return pin;
}

/** Whose cache, and until when. */
export interface Run {
  readonly env: Environment;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Paths of pinned wheels, from the cache, else from pip's index by their digests.
 * @throws PublishError `PIP_MISSING`, `RUNTIME_DOWNLOAD_FAILED`, also for a wheel of the user's own that is in no index
 */
export async function fetchPlugins(wheels: readonly PinnedWheel[], target: Target, { env, signal }: Run): Promise<readonly string[]> {
  const paths = await Promise.all(wheels.map((wheel) => cachedPath(wheel, env)));
  const missing: PinnedWheel[] = [];
  for (const [at, wheel] of wheels.entries()) if (!(await holds(paths[at]!, wheel.sha256))) missing.push(wheel);
  if (missing.length === 0) return paths;
  await withWorkDir(async (dir) => {
    const file = join(dir, "requirements.txt");
    await writeFile(file, missing.map(({ name, version, sha256 }) => `${name}==${version} --hash=sha256:${sha256}\n`).join(""));
    await pipDownload(target, ["--no-deps", "--require-hashes", "-r", file, "-d", dir], signal);
    for (const wheel of missing) await keep(join(dir, wheel.file), await cachedPath(wheel, env));
  });
  return paths;
}

async function cachedPath({ sha256, file }: Pick<PinnedWheel, "sha256" | "file">, env: Environment): Promise<string> {
  return join(await makeCacheDir(env, "wheels"), sha256, file);
}

async function keep(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true, mode: 0o700 });
  const partial = `${to}.${randomUUID()}.partial`;
  await copyFile(from, partial);
  await rename(partial, to);
}

async function holds(path: string, sha256: string): Promise<boolean> {
  const bytes = await readFile(path).catch(() => null);
  return bytes !== null && digestOf(bytes) === sha256;
}

function digestOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Name (normalized as PEP 503 says) and version in a wheel's file name. */
export function pinOf(file: string): Pick<PinnedWheel, "name" | "version"> {
  const [name = "", version = ""] = file.split("-");
  return { name: name.toLowerCase().replaceAll(/[-_.]+/g, "-"), version };
}

/** What pip's refusal to resolve means; any other failure as it is. */
function unresolvable(error: unknown, { texts }: Requirements, { datasetteVersion }: Base): unknown {
  if (!isPublishError(error) || error.code !== "RUNTIME_DOWNLOAD_FAILED") return error;
  const said = String(error.facts["errors"]);
  if (!/No matching distribution|ResolutionImpossible|conflicting dependencies|Invalid requirement|is not a supported wheel/i.test(said))
    return error;
  const message = `These cannot be installed with Datasette ${datasetteVersion}, as wheels for Python 3.13: ${texts.join(", ")}.`;
  const remedies = [
    `pip says: ${said.split("\n").slice(0, 3).join(" ")}`,
    ...(datasetteVersion.startsWith("0.")
      ? [{ action: "set-option", option: "datasetteVersion", value: "1.0a", note: "if a plugin needs that" } as const]
      : []),
    setOption("builder", "dockerfile", "if one has to be built from source"),
  ];
  return new PublishError(
    "PLUGIN_UNRESOLVABLE",
    message,
    remedies,
    { requirements: texts.join(" "), datasette: datasetteVersion, errors: said },
    error,
  );
}
