import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { ConvertOptions, Dataset, Source } from "../convert/dataset.ts";
import { makeDataset } from "../convert/make-dataset.ts";
import { toPublishError } from "../errors/publish-error.ts";
import type { Context } from "../events/events.ts";
import { warn } from "../events/warnings.ts";
import { writingTo } from "../files/disk-full.ts";
import { changedError, stateOf } from "../files/input-file.ts";
import { makeWorkDir, removeWorkDir } from "../files/work-dir.ts";
import { configurationOf } from "../site/configuration.ts";
import { readContents, type Contents } from "../site/contents.ts";
import { describeSite } from "../site/describe.ts";
import { checkProtection } from "../site/protection.ts";
import { emptyServe, siteFiles, toArguments, toEnvironment, type Serve } from "../site/serve.ts";
import type { Site, SiteOptions } from "../site/site.ts";
import { needsSpatialite } from "../site/spatialite.ts";
import { withoutSuggestions } from "../site/wide-tables.ts";
import { replacedWhy } from "./find-own.ts";
import type { Project } from "./project.ts";

export interface PrepareOptions {
  readonly convert?: ConvertOptions;
  readonly site?: SiteOptions;
}

/** What a host adds to a site; the user's own settings win. */
export type Recipe = Partial<Pick<Serve, "settings" | "writable" | "user">>;

/** A site that is ready: what is looked at here is what is published, whenever that is. Whoever prepared it closes it. */
export interface Prepared extends AsyncDisposable {
  readonly project: Project;
  readonly site: Site;
  /** SHA-256, hex, of the databases and of what Datasette is started with: the same as long as the same would be published. */
  readonly digest: string;
  /** Folder of its own that holds the databases; an image's layers go there too. */
  readonly dir: string;
  /** @throws PublishError `INPUT_CHANGED` when an input is not what it was */
  requireUnchanged(): Promise<void>;
  /**
   * The same data with other texts and settings of the site, or as another project of the same inputs: nothing is converted again.
   * @throws PublishError what `describeSite` throws
   */
  describe(site: SiteOptions, ctx: Context, project?: Project): Promise<Prepared>;
  /** Removes the folder. */
  close(): Promise<void>;
}

/**
 * Converts a project's inputs in a folder of its own and describes the site. The user's folders are only read.
 * @throws PublishError what `makeDataset` and `describeSite` throw
 */
export async function prepare(project: Project, { convert = {}, site: options = {} }: PrepareOptions, ctx: Context): Promise<Prepared> {
  const dir = await makeWorkDir();
  const close = () => removeWorkDir(dir);
  try {
    const contents = await readOwn(project, options, ctx);
    const dataset = await writingTo(dir, () => makeDataset(project.inputs, dir, convert, ctx));
    return describeData({ project, dataset, dir, close }, options, contents, ctx);
  } catch (error) {
    await close();
    throw ctx.signal?.aborted ? toPublishError(new DOMException("Cancelled", "AbortError")) : toPublishError(error);
  }
}

/** Databases in a folder, which `close` removes. */
interface Data extends Pick<Prepared, "project" | "dir" | "close"> {
  readonly dataset: Dataset;
}

function describeData(data: Data, options: SiteOptions, contents: Contents, ctx: Context): Prepared {
  const { project, dataset, dir, close } = data;
  const settings = withoutSuggestions(dataset, { ...contents.settings, ...options.settings }, ctx);
  const spatialite = needsSpatialite(dataset, options.spatialite, ctx);
  const site = describeSite(dataset, project, { ...options, settings, spatialite }, contents);
  const { metadata, config } = configurationOf(site.serve);
  checkProtection(site.serve.line === "0.65" ? metadata : config, dataset, ctx);
  return {
    project,
    site,
    digest: digestOf(site),
    dir,
    requireUnchanged: () => requireUnchanged([...dataset.sources, ...contents.sources]),
    describe: async (other, context, as = project) =>
      describeData({ ...data, project: as }, other, await readOwn(as, other, context), context),
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** The site's own files; what is wrong with them is said before anything is converted. */
async function readOwn({ files, leftOut }: Project, { line = emptyServe.line, ...options }: SiteOptions, ctx: Context): Promise<Contents> {
  const { metadata, config, ...others } = files;
  const contents = await readContents({
    ...others,
    ...(metadata && options.metadata === undefined && { metadata }),
    ...(config && options.config === undefined && { config }),
  });
  configurationOf({ line, metadata: options.metadata ?? contents.metadata, config: options.config ?? contents.config });
  const replaced = [options.metadata && metadata, options.config && config].flatMap((file) =>
    file ? [{ file: file.name, why: replacedWhy }] : [],
  );
  const all = [...leftOut, ...replaced, ...contents.leftOut];
  for (const { file, why } of all) warn(ctx, "INPUT_SKIPPED", `${file} ${why}: left out.`, { file });
  return { ...contents, leftOut: all };
}

/** The same site as a host will run it. */
export function withRecipe(prepared: Prepared, recipe: Recipe): Prepared {
  const { serve } = prepared.site;
  const site = { ...prepared.site, serve: { ...serve, ...recipe, settings: { ...recipe.settings, ...serve.settings } } };
  return { ...prepared, site, digest: digestOf(site) };
}

async function requireUnchanged(sources: readonly Source[]): Promise<void> {
  for (const { path, name, state } of sources) if ((await stateOf(path)) !== state) throw changedError(name, "since it was looked at");
}

function digestOf({ dataset, serve }: Site): string {
  const hash = createHash("sha256");
  for (const { fileName, sha256 } of dataset.databases) hash.update(`${fileName}\0${sha256}\0`);
  for (const { name, source } of siteFiles(serve))
    hash.update(`${name}\0`).update(typeof source === "string" ? readFileSync(source) : source);
  return hash.update(JSON.stringify([toArguments(serve), toEnvironment(serve), serve.workingDir, serve.user])).digest("hex");
}
