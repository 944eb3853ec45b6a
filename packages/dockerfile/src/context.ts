import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { databaseFiles, imageConfig, siteFiles, type Site, type SitePlatform } from "@datasette-publish/core";
import { sizeOf, type TarFile } from "@datasette-publish/core/oci";
import { launcherFiles } from "@datasette-publish/runtime";
import type { Base } from "./base.ts";
import { dockerfileOf, type Copy } from "./dockerfile.ts";
import { toRequirements, type Lock } from "./lock.ts";
import type { Sources } from "./sources.ts";

/** SpatiaLite and PROJ's data, of Debian and of Alpine. */
const spatialitePackages = { glibc: ["libsqlite3-mod-spatialite"], musl: ["libspatialite", "proj"] } as const;

/** What a base is to install and to have, found out. */
export interface Contents {
  readonly base: Base;
  readonly datasetteVersion: string;
  /** Null when all is resolved where it is built: a branch of Datasette has requirements of its own. */
  readonly lock: Lock | null;
  readonly sources: Sources;
  /** Paths of wheels of the user's, which no index has. */
  readonly ownWheels: readonly string[];
  /** Packages of the base's system. */
  readonly packages: readonly string[];
}

/** Folder of the Python that is run while an image is built, from `src` as from `dist`. */
const pythonDir = join(import.meta.dirname, "..", "python");

/** As the assembled image has it: one heap for all threads, and none of it for what is large. */
const env = ["LANG=C.UTF-8", "MALLOC_ARENA_MAX=1", "MALLOC_MMAP_THRESHOLD_=262144"];
const entrypoint = ["python3", "-I", "/app/start.pyc"];
const user = "65532:65532";

/**
 * The files of a folder that `docker build` makes a site's image of. No secret is in one.
 *
 * @param wheels the platform whose wheels are among them, so that the build fetches none; unset: the build fetches them
 * @throws PublishError what `siteFiles` throws; system errors of the file system as they are
 */
export async function contextFiles(site: Site, contents: Contents, wheels?: SitePlatform["architecture"]): Promise<TarFile[]> {
  const { base, datasetteVersion, lock, sources } = contents;
  const packages = [...contents.packages, ...(site.serve.spatialite ? spatialitePackages[base.libc] : [])];
  const databases = await databasesOf(site);
  const own = siteFiles(site.serve).map(readOnly);
  const config = imageConfig(site, { env, entrypoint, user, datasetteVersion, pythonVersion: base.python });
  const recipe = {
    base,
    packages,
    compiles: sources.lines.length > 0,
    needsGit: sources.needsGit,
    locks: lock !== null,
    hasOwnWheels: contents.ownWheels.length > 0,
  };
  const copies = [...databases.map(({ copy }) => copy), { from: "site", to: "/site" }];
  return [
    text("Dockerfile", dockerfileOf(recipe, config, copies)),
    text(".dockerignore", "# All that the Dockerfile names.\n*\n!build\n!data\n!site\n"),
    ...(await buildFiles(contents)),
    ...(wheels === undefined ? [] : (lock?.wheels.get(wheels) ?? []).map((path) => wheelFile(path, "wheels"))),
    ...databases.map(({ file }) => file),
    ...own,
  ];
}

async function buildFiles({ base, lock, sources, ownWheels }: Contents): Promise<TarFile[]> {
  const launcher = [...(await launcherFiles()), { name: "start.py", source: join(pythonDir, "start.py") }];
  return [
    text("build/requirements.txt", toRequirements(lock ?? { projects: [] }, base)),
    { name: "build/install.py", mode: 0o644, source: await readFile(join(pythonDir, "install.py")) },
    ...launcher.map(({ name, source }) => ({ name: `build/launcher/${name}`, mode: 0o644, source })),
    ...(sources.lines.length === 0 ? [] : [text("build/sources.txt", `${sources.lines.join("\n")}\n`)]),
    ...(sources.lines.length === 0 || lock === null ? [] : [text("build/constraints.txt", toConstraints(lock))]),
    ...sources.files,
    ...ownWheels.map((path) => wheelFile(path, "own")),
  ];
}

function toConstraints({ projects }: Lock): string {
  return projects.map(({ name, version }) => `${name}==${version}\n`).join("");
}

/** Each database in a folder of its own, so that it is a layer of its own, whatever its name; the largest first, as `assemble` has them. */
async function databasesOf({ serve }: Site): Promise<{ file: TarFile; copy: Copy }[]> {
  const files = databaseFiles(serve);
  const sizes = new Map(await Promise.all(files.map(async (file) => [file, await sizeOf(file)] as const)));
  return files
    .toSorted((a, b) => sizes.get(b)! - sizes.get(a)!)
    .map((file, at) => {
      const from = `data/${at + 1}`;
      return { file: readOnly({ ...file, name: `${from}/${basename(file.name)}` }), copy: { from, to: "/data" } };
    });
}

function wheelFile(path: string, folder: "wheels" | "own"): TarFile {
  return { name: `build/${folder}/${basename(path)}`, mode: 0o644, source: path };
}

function readOnly(file: Pick<TarFile, "name" | "source">): TarFile {
  return { ...file, mode: 0o444 };
}

function text(name: string, content: string): TarFile {
  return { name, mode: 0o644, source: new TextEncoder().encode(content) };
}
