import { PublishError, isPublishError, setOption, withWorkDir, type Context } from "@datasette-publish/core";
import { openImage, readTar, unpackLayer, type Image, type OpenImageOptions } from "@datasette-publish/core/oci";

/** What an image of one's own is built on: what has to be known of it before anything is built. */
export interface Base {
  readonly reference: string;
  /** The Python that it has: `3.13`. */
  readonly python: string;
  /** Its C library, which decides what wheels it takes and what its package manager is: apt with glibc, apk with musl. */
  readonly libc: "glibc" | "musl";
}

/** The base when none is chosen: the Python and, on Debian 13, the SQLite that assembled images have. */
export const defaultBase = "python:3.13-slim";

const versions = { oldest: 9, newest: 14 } as const;

/** What the names of Python's official images say (docker-library, `python`): `python:3.12-alpine3.22`. Null for other images. */
export function baseByName(reference: string): Base | null {
  const found = /^(?:.*\/)?python:3\.(\d+)(?:[.a-z0-9]*)(-[\w.-]+)?(?:@sha256:[0-9a-f]{64})?$/.exec(reference);
  if (found === null) return null;
  return { reference, python: `3.${found[1]}`, libc: found[2]?.includes("alpine") ? "musl" : "glibc" };
}

/** How to look into an image: see `openImage` of core. */
export type LookOptions = Omit<OpenImageOptions, "workDir">;

/**
 * A base by its name, else by its files: the engine's image, else the registry's. Nothing of it is run.
 *
 * @throws PublishError `BASE_UNSUITABLE`; what `openImage` throws for an image that cannot be read, with what to do
 */
export async function findBase(reference: string, look: LookOptions, ctx: Context): Promise<Base> {
  const base = baseByName(reference) ?? (await withWorkDir((workDir) => baseByFiles(reference, { ...look, workDir }, ctx)));
  const minor = Number(base.python.split(".")[1]);
  if (minor >= versions.oldest && minor <= versions.newest) return base;
  throw unsuitable(reference, `has Python ${base.python}, and Datasette is built for 3.${versions.oldest} to 3.${versions.newest}`);
}

async function baseByFiles(reference: string, options: OpenImageOptions, ctx: Context): Promise<Base> {
  const image = await openImage(reference, options, ctx).catch((error: unknown) => {
    throw unseen(reference, error);
  });
  return baseOf(reference, image, ctx.signal);
}

/** Python as the path finds it: `/usr/local/bin` comes before `/usr/bin`. */
const pythons = [/^usr\/local\/bin\/python3\.(\d+)$/, /^usr\/bin\/python3\.(\d+)$/];

/** What the files of an image say of it as a base. @throws PublishError `BASE_UNSUITABLE` when it has no Python */
export async function baseOf(reference: string, image: Image, signal?: AbortSignal): Promise<Base> {
  const names = new Set<string>();
  for (const layer of image.layers)
    for await (const { name } of readTar(unpackLayer(layer, signal)))
      if (/python3\.\d+$|ld-musl-/.test(name)) names.add(name.replace(/^\.?\//, ""));
  const found = pythons.map((pattern) => [...names].map((name) => pattern.exec(name)?.[1]).find((minor) => minor !== undefined));
  const minor = found.find((each) => each !== undefined);
  if (minor === undefined) throw unsuitable(reference, "has no Python in /usr/local/bin or /usr/bin");
  return { reference, python: `3.${minor}`, libc: [...names].some((name) => name.includes("ld-musl-")) ? "musl" : "glibc" };
}

function unsuitable(base: string, problem: string): PublishError {
  return new PublishError(
    "BASE_UNSUITABLE",
    `The base ${base} ${problem}.`,
    setOption("base", defaultBase, "or another image with Python"),
    { base },
  );
}

/** A base whose name says nothing, and that cannot be looked into. */
function unseen(base: string, error: unknown): unknown {
  if (!isPublishError(error)) return error;
  const message = `Which Python the base ${base} has cannot be seen: ${error.message}`;
  const remedies = [
    ...(error.code === "REGISTRY_UNAUTHORIZED" ? error.remedies.filter(({ action }) => action === "run") : []),
    `Pull ${base} into your engine.`,
    setOption("base", defaultBase, "or another of Python's own images, whose names say it"),
  ];
  return new PublishError("BASE_UNSUITABLE", message, remedies, { base }, error);
}
