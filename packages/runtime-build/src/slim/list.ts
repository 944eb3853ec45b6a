import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join, posix } from "node:path";
import type { Context, ImageFile } from "@datasette-publish/core";
import { closeOverLibraries, makeImportReader, readWheel, type Import, type ImportReader } from "@datasette-publish/plugins";
import type { Line, SlimPart } from "@datasette-publish/runtime";
import { readDeb, type Deb } from "../deb.ts";
import { fetchDebs, fetchWheels } from "../fetch.ts";
import { architectures, readLock, type Architecture } from "../lock-file.ts";
import { packageDir } from "../package-dir.ts";
import { libraryDirs, packagesDir, sliceSystem, systemRoots } from "../slice.ts";
import { launcherFiles, sourcePath } from "../sources.ts";
import { partsOf, type Origin } from "./parts.ts";
import { unreachedParts } from "./unreached.ts";

const triplets = { amd64: "x86_64-linux-gnu", arm64: "aarch64-linux-gnu" } as const;

/** Stands for an architecture's triplet in the committed list, which is the same for both. */
const anyTriplet = "{triplet}";

/** Path of the committed list of a line: what serving does not reach. */
export function slimPath(line: Line): string {
  return join(packageDir, "lock", `slim-${line}.json`);
}

/** The committed list of a line, for an architecture. */
export async function readSlim(line: Line, architecture: Architecture): Promise<SlimPart[]> {
  return JSON.parse((await readFile(slimPath(line), "utf8")).replaceAll(anyTriplet, triplets[architecture])) as SlimPart[];
}

/** Works out the list of a line from the locked packages. */
export async function listUnreached(line: Line, architecture: Architecture, ctx: Context, read: ImportReader): Promise<SlimPart[]> {
  const { debian, datasette } = await readLock(line);
  const debs = await Promise.all((await fetchDebs(debian.debs[architecture], ctx)).map(async (path) => readDeb(await readFile(path))));
  const wheels = await Promise.all(
    (await fetchWheels(datasette.wheels[architecture], architecture, ctx)).map((path) => readWheel(path, packagesDir)),
  );
  const files = [...sliceSystem(debs, architecture), ...wheels.flat(), ...(await readLauncher())];
  const origins = [...debs.map(originOfDeb), ...wheels.map(originOfWheel)];
  const dirs = libraryDirs[architecture];
  const kept = closeOverLibraries(systemRoots(architecture), new Map(files.map((file) => [file.name, file])), dirs);
  return unreachedParts(
    partsOf(files, origins, dirs, read),
    [...kept].map((path) => posix.basename(path)),
  );
}

/**
 * Writes the lists of lines, from the packages of both architectures.
 * @throws Error when they differ in more than the architecture's triplet, or a list would break an import
 */
export async function writeSlim(lines: readonly Line[], ctx: Context): Promise<void> {
  const read = keeping(await makeImportReader());
  for (const line of lines) {
    const texts = new Set<string>();
    for (const architecture of architectures) {
      const parts = await listUnreached(line, architecture, ctx, read);
      texts.add(
        parts
          .map((part) => JSON.stringify(part))
          .join(",\n")
          .replaceAll(triplets[architecture], anyTriplet),
      );
    }
    const [text, ...others] = texts;
    if (others.length > 0) throw new Error(`What a slim image of ${line} leaves out differs between architectures.`);
    await writeFile(slimPath(line), `[\n${text}\n]\n`);
  }
}

/** Architectures and lines have most sources in common. */
function keeping(read: ImportReader): ImportReader {
  const kept = new Map<string, readonly Import[]>();
  return (source, packageName) => {
    const key = `${packageName}\n${createHash("sha256").update(source).digest("hex")}`;
    const imports = kept.get(key) ?? read(source, packageName);
    kept.set(key, imports);
    return imports;
  };
}

async function readLauncher(): Promise<ImageFile[]> {
  const names = await launcherFiles();
  return Promise.all(names.map(async (name) => ({ name: `app/${name}`, mode: 0o644, source: await readFile(sourcePath(name)) })));
}

function originOfDeb({ control, files }: Deb): Origin {
  const name = /^Package: (.+)$/m.exec(control)?.[1] ?? "";
  const records = new Set([`var/lib/dpkg/status.d/${name}`, `usr/share/doc/${name}/copyright`]);
  const made = name === "ca-certificates" ? ["etc/ssl/certs/ca-certificates.crt"] : [];
  return { name, files: new Set([...files.keys(), ...made]), isRecord: (path) => records.has(path) };
}

function originOfWheel(files: readonly ImageFile[]): Origin {
  const paths = files.map(({ name }) => name);
  const info = paths.find((path) => path.includes(".dist-info/"))!.replace(/(\.dist-info\/).*$/, "$1");
  return { name: posix.basename(info, ".dist-info"), files: new Set(paths), isRecord: (path) => path.startsWith(info) };
}
