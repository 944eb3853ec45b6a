import { readFile } from "node:fs/promises";
import { fileCredentials, isPublishError, warn, type Build, type Context, type Site } from "@datasette-publish/core";
import { checkFolder, isSource, openDockerfile, type DockerfileOptions } from "@datasette-publish/dockerfile";
import type { PinnedWheel, Plugins } from "@datasette-publish/plugins";
import { defaultLine, lockedVersions } from "@datasette-publish/runtime";
import { engineUser, openSitePlugins, type PluginsCall } from "@datasette-publish/workbench/site";
import type { DockerfileChoice } from "./builder-flags.ts";

/** What a site installs that the preview may have too: wheels. */
export interface SitePlugins {
  readonly plugins?: Plugins | undefined;
  readonly pinned: readonly PinnedWheel[];
}

/** A site's image on a base of its own. */
export interface OwnImage extends SitePlugins {
  /** Built by an engine. */
  readonly build: Build;
  /** Writes the folder that it is built of; undefined unless one was asked for. Returns its path. */
  readonly write?: (site: Site) => Promise<string>;
}

/** The plugins of an image that is assembled. @throws PublishError what `openSitePlugins` and `resolvePlugins` throw */
export async function openWheels(call: PluginsCall, context: Context): Promise<SitePlugins> {
  const plugins = await openSitePlugins(call, context);
  return { plugins, pinned: (await plugins?.pinned("linux/amd64")) ?? [] };
}

/**
 * The image of a Dockerfile. A source, and what has no wheel, is compiled when it is built: the preview is without that.
 * @throws PublishError what `openDockerfile` and {@link openWheels} throw, `OUTPUT_EXISTS`
 */
export async function openOwnImage(choice: DockerfileChoice, call: PluginsCall, context: Context): Promise<OwnImage> {
  const { generateDir } = choice;
  if (generateDir !== undefined) await checkFolder(generateDir);
  const { line = defaultLine } = call;
  const { wheels, sources } = await partInstalls(call.install ?? []);
  const found = await openWheels({ ...call, install: wheels }, context).catch(unresolvableIsNull);
  const datasette = choice.datasette ?? { version: lockedVersions[line].version };
  const compilesAll = found === null || "source" in datasette;
  const texts = compilesAll ? await textsOf(wheels, call.project.files.requirements?.path) : [];
  const unseen = [...sources, ...(found === null ? texts : [])];
  const { builtImages, savedImages } = await import("@datasette-publish/provider-docker");
  const user = engineUser(call.env);
  const options: DockerfileOptions = {
    ...choice,
    line,
    datasette,
    requirements: compilesAll ? undefined : found.plugins?.requirements,
    pins: (found?.pinned ?? []).map(({ name, version }) => `${name}==${version}`),
    sources: [...sources, ...texts],
  };
  const look = { engine: savedImages(user), logins: fileCredentials(call.env).registry };
  const dockerfile = await openDockerfile(options, look, context);
  // Afterwards, as a source whose address has a password is refused first.
  if (unseen.length > 0) tellOfUnseen(unseen, context);
  return {
    plugins: found?.plugins,
    pinned: found?.pinned ?? [],
    build: dockerfile.builder(builtImages(user)),
    ...(generateDir !== undefined && { write: (site) => dockerfile.write(site, generateDir, context) }),
  };
}

async function partInstalls(installs: readonly string[]): Promise<{ wheels: string[]; sources: string[] }> {
  const parts = { wheels: [] as string[], sources: [] as string[] };
  for (const text of installs) parts[(await isSource(text)) ? "sources" : "wheels"].push(text);
  return parts;
}

/** Some of it is no wheel for the assembled image: then pip resolves it while the image is built. */
function unresolvableIsNull(error: unknown): null {
  if (isPublishError(error) && error.code === "PLUGIN_UNRESOLVABLE") return null;
  throw error;
}

/** Requirements one by one: files of them are of this machine. */
async function textsOf(installs: readonly string[], file: string | undefined): Promise<string[]> {
  const texts: string[] = [];
  for (const install of [...installs, ...(file === undefined ? [] : [`-r ${file}`])]) {
    const path = /^\s*(?:-r|--requirement)[\s=]*(.+)$/s.exec(install)?.[1];
    if (path === undefined) texts.push(install);
    else texts.push(...(await readFile(path.trim(), "utf8")).split("\n").map((line) => line.replace(/(^|\s)#.*$/, "").trim()));
  }
  return texts.filter((text) => text !== "");
}

function tellOfUnseen(requirements: readonly string[], context: Context): void {
  const message = `The check in the preview is without what is built from source: ${requirements.join(", ")}.`;
  warn(context, "PLUGIN_UNCHECKED", message, { requirements: requirements.join(" ") });
}
