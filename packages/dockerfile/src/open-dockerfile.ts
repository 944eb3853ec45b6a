import { isAbsolute, join } from "node:path";
import {
  PublishError,
  setOption,
  step,
  withWorkDir,
  type Build,
  type Context,
  type Site,
  type SitePlatform,
} from "@datasette-publish/core";
import { pipIndex, pinOf, type PipIndex, type Requirements } from "@datasette-publish/plugins";
import { wheelFiles, type Line } from "@datasette-publish/runtime";
import { findBase, type Base, type LookOptions } from "./base.ts";
import { contextFiles, type Contents } from "./context.ts";
import { engineBuilder, type EngineBuild } from "./engine-build.ts";
import { writeFolder } from "./folder.ts";
import { lockWheels } from "./lock.ts";
import { readSources } from "./sources.ts";

type Architecture = SitePlatform["architecture"];

/** What an image of one's own is to be. */
export interface DockerfileOptions {
  /** Reference of the image to build on. */
  readonly base: string;
  /** Packages of apt, for a base with glibc. */
  readonly aptPackages: readonly string[];
  /** Packages of apk, for Alpine. */
  readonly apkPackages: readonly string[];
  /** Whose versions are taken where the base's Python can have them. */
  readonly line: Line;
  /** The Datasette to install: a version, or a source, as a requirement that pip builds. */
  readonly datasette: { readonly version: string; readonly source?: string };
  /** Plugins that are wheels. */
  readonly requirements?: Requirements | undefined;
  /** What plugins are pinned to already. */
  readonly pins: readonly string[];
  /** Requirements that are built from source. */
  readonly sources: readonly string[];
}

/** The Dockerfile of a publish: to be built by an engine, or to be kept. */
export interface Dockerfile {
  readonly base: Base;
  builder(engine: EngineBuild): Build;
  /** Writes a folder that `docker build` makes the image of, on any platform that there are wheels for. Returns its absolute path. */
  write(site: Site, dir: string, ctx: Context): Promise<string>;
}

/**
 * Looks at the base, and holds what is asked for against it.
 * @throws PublishError `BASE_UNSUITABLE`, `OPTION_INVALID`, `INPUT_NOT_FOUND`; its functions what `lockWheels` and the engine throw
 */
export async function openDockerfile(options: DockerfileOptions, look: LookOptions, ctx: Context): Promise<Dockerfile> {
  const base = await findBase(options.base, look, ctx);
  const packages = packagesFor(base, options);
  const { datasette } = options;
  const sources = await readSources([...(datasette.source === undefined ? [] : [datasette.source]), ...options.sources]);
  const contentsFor = async (
    architectures: readonly [Architecture, ...Architecture[]],
    dir: string,
    context: Context,
  ): Promise<Contents> => {
    const { requirements } = options;
    const request = { base, architectures, datasetteVersion: datasette.version, requirements, pins: await pinsOf(options) };
    const lock = datasette.source === undefined ? await lockWheels(request, dir, context) : null;
    const ownWheels = (requirements?.arguments ?? []).filter((each) => each.endsWith(".whl") && isAbsolute(each));
    return { base, datasetteVersion: datasette.version, lock, sources, ownWheels, packages };
  };
  return {
    base,
    builder: (engine) =>
      engineBuilder(engine, async (site, { architecture }, workDir, context) => {
        const contents = await contentsFor([architecture], join(workDir, "wheels"), context);
        const buildArguments = sources.lines.length === 0 ? {} : withoutPassword(await pipIndex(context.signal));
        return { files: await contextFiles(site, contents, architecture), buildArguments };
      }),
    write: (site, dir, context) =>
      withWorkDir(async (workDir) => {
        const contents = await contentsFor(["amd64", "arm64"], workDir, context);
        const files = await contextFiles(site, contents);
        return step(context, "dockerfile.write", "Write the folder", () => writeFolder(dir, files, context.signal));
      }),
  };
}

/** Versions of the assembled image, so that both images answer the same. The plugins' win. */
async function pinsOf({ line, datasette, pins }: DockerfileOptions): Promise<string[]> {
  const locked = (await wheelFiles(line)).map((path) => pinOf(path.slice(path.lastIndexOf("/") + 1)));
  const own = locked.some(({ name, version }) => name === "datasette" && version === datasette.version) ? locked : [];
  return [...new Set([...own.map(({ name, version }) => `${name}==${version}`), ...pins])];
}

function packagesFor({ libc, reference }: Base, { aptPackages, apkPackages }: DockerfileOptions): readonly string[] {
  const [option, others, wanted] =
    libc === "musl" ? (["aptGetInstall", aptPackages, apkPackages] as const) : (["apkAdd", apkPackages, aptPackages] as const);
  if (others.length > 0) {
    const message = `${reference} has ${libc}, so its packages are ${libc === "musl" ? "Alpine's" : "of apt"}.`;
    throw new PublishError("OPTION_INVALID", message, setOption(option === "apkAdd" ? "aptGetInstall" : "apkAdd"), {
      option,
      base: reference,
    });
  }
  const wrong = wanted.find((name) => !/^[a-zA-Z0-9][\w+.:~-]*([=<>~]+[\w+.:~-]+)?$/.test(name) || /[<>]/.test(name));
  if (wrong === undefined) return wanted;
  const chosen = option === "apkAdd" ? "aptGetInstall" : "apkAdd";
  throw new PublishError(
    "OPTION_INVALID",
    `${JSON.stringify(wrong)} is not the name of a package.`,
    setOption(chosen, undefined, "for each package, such as ripgrep"),
    { option: chosen },
  );
}

/** Where something is built from source, pip needs an index inside of the build, which an engine keeps the address of. @throws PublishError `OPTION_INVALID` */
function withoutPassword(index: PipIndex): PipIndex {
  if (!Object.values(index).some((value) => /:\/\/[^/\s]*@/.test(value))) return index;
  const message = "The package index of this machine's pip has a password in its address, which an engine would keep with what it builds.";
  const remedy = "Build a wheel of each source with pip wheel, and give its path.";
  throw new PublishError("OPTION_INVALID", message, [remedy, setOption("generateDir", undefined, "to build with your own means")], {
    option: "install",
  });
}
