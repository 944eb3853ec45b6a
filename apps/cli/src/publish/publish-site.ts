import { join } from "node:path";
import {
  dataFolder,
  openTarget,
  plan,
  publish,
  resultOf,
  warn,
  withRecipe,
  type Context,
  type OptionValues,
  type Prepared,
  type Provider,
  type SiteOptions,
} from "@datasette-publish/core";
import type { Preview, WarmPreview } from "@datasette-publish/preview";
import { untilAborted } from "../base-command.ts";
import { openInBrowser } from "../browser.ts";
import { showsValues, withoutValues } from "../column-report.ts";
import { toProject, type Given } from "../flags.ts";
import { prepareWhole } from "../prepare-whole.ts";
import { siteAssembler } from "../site-runtime.ts";
import { renderPublished, type SiteResult } from "../summary.ts";
import { chooseBuilder } from "./builder-flags.ts";
import { toRequest } from "./common-flags.ts";
import { openOwnImage, openWheels, type OwnImage, type SitePlugins } from "./own-image.ts";

const unchecked =
  "The site needs SpatiaLite, which the preview does not have, and no Docker engine of this machine answers: none of its pages, counts and rows is checked.";

interface PublishCall {
  readonly provider: Provider;
  readonly paths: readonly string[];
  readonly options: OptionValues;
  /** What was given for our own flags. */
  readonly own: Given;
  readonly json: boolean;
  readonly print: (lines: readonly string[]) => void;
}

/** Publishes, prints what came of it, then does what `--open` and `--serve` ask for. */
export async function publishSite({ provider, paths, options, json, print, ...call }: PublishCall, context: Context): Promise<SiteResult> {
  const { own, dockerfile } = await chooseBuilder(call.own);
  // First, as words that follow a secret's name would be taken for paths, and repeated.
  const { convert = {}, site = {}, ...rest } = toRequest(own);
  const project = toProject(paths, own);
  const target = await openTarget(provider, { project, options, env: process.env, ...rest }, context);
  const pluginsCall = { project, own, line: site.line, keeps: !own["dry-run"] };
  const image: SitePlugins & Partial<OwnImage> = dockerfile
    ? await openOwnImage(dockerfile, pluginsCall, context)
    : await openWheels(pluginsCall, context);
  const { plugins, pinned } = image;
  await using warm = own["check"] === false ? undefined : await warmUp(context, site.line);
  const kept = own["dry-run"] ? convert : { ...convert, skippedDir: join(dataFolder(process.env), "skipped", project.name) };
  await using prepared = withRecipe(await prepareWhole(project, { convert: kept, site }, context), target.recipe);
  await using preview = warm && (await look(warm, prepared, image, own["serve"] === true, context));
  if (image.write) await prepared.requireUnchanged();
  const made = image.write
    ? { ...resultOf(prepared.site), folder: await image.write(prepared.site) }
    : own["dry-run"]
      ? await plan(target, prepared)
      : await publish(target, prepared, image.build ?? (await siteAssembler(plugins)));
  const result = { ...made, plugins: pinned.map(({ name, version }) => `${name} ${version}`) };
  const isShown = showsValues(process.env, own["examples"] === true);
  print(renderPublished(result, isShown));
  if (own["open"] && result.deployment !== undefined) await openInBrowser(result.deployment.url, json, context);
  if (own["serve"] && preview !== undefined) {
    print(["", `Serving it at ${preview.url}  (Ctrl-C ends it)`]);
    await untilAborted(context.signal!);
  }
  return isShown ? result : { ...result, databases: result.databases.map(withoutValues) };
}

/** Boots Datasette while the site is prepared. */
async function warmUp(context: Context, line: SiteOptions["line"]): Promise<WarmPreview> {
  const preview = await import("../preview-site.ts");
  return await preview.warmUp({}, context, line);
}

/** Checks the site in the preview, and leaves the preview open when it is to be served. Says so where it cannot be checked. */
async function look(
  warm: WarmPreview,
  prepared: Prepared,
  { plugins, build }: SitePlugins & Partial<OwnImage>,
  serve: boolean,
  context: Context,
): Promise<Preview | undefined> {
  const { noEngine, openChecked } = await import("../preview-site.ts");
  const preview = await openChecked(warm, prepared, plugins, context, build);
  if (preview === null && serve) throw noEngine();
  if (preview === null) warn(context, "SITE_UNCHECKED", unchecked, {}, "Start Docker, or set DOCKER_HOST, to have it checked.");
  if (preview !== null && serve) return preview;
  await preview?.close();
  return undefined;
}
