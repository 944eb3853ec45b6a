import { join } from "node:path";
import {
  dataFolder,
  openTarget,
  plan,
  publish,
  resultOf,
  toPublishError,
  warn,
  withRecipe,
  type Context,
  type OptionValues,
  type Prepared,
  type Provider,
} from "@datasette-publish/core";
import type { Preview, WarmPreview } from "@datasette-publish/preview";
import type { MadePublish } from "@datasette-publish/workbench";
import { noEngine, openChecked, prepareWhole, siteAssembler, warmUp } from "@datasette-publish/workbench/site";
import { untilAborted } from "../base-command.ts";
import { openInBrowser } from "../browser.ts";
import { showsValues, withoutValues } from "../column-report.ts";
import { toProject, type Given } from "../flags.ts";
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
  const install = (own["install"] as readonly string[] | undefined) ?? [];
  const { env } = process;
  const pluginsCall = { project, install, line: site.line, keeps: !own["dry-run"], env };
  const image: SitePlugins & Partial<OwnImage> = dockerfile
    ? await openOwnImage(dockerfile, pluginsCall, context)
    : await openWheels(pluginsCall, context);
  const { plugins, pinned } = image;
  await using warm = own["check"] === false ? undefined : await warmUp({ line: site.line, env }, context);
  const kept = own["dry-run"] ? convert : { ...convert, skippedDir: join(dataFolder(env), "skipped", project.name) };
  await using prepared = withRecipe(await prepareWhole(project, { convert: kept, site }, context), target.recipe);
  await using preview = warm && (await look(warm, prepared, image, own["serve"] === true, context));
  if (image.write) await prepared.requireUnchanged();
  const made = image.write
    ? { ...resultOf(prepared.site), folder: await image.write(prepared.site) }
    : own["dry-run"]
      ? await plan(target, prepared)
      : await publish(target, prepared, image.build ?? (await siteAssembler(plugins, env)));
  if (made.deployment !== undefined) await addToSites({ prepared, result: made, provider, options, hostName: target.host.name }, context);
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

/** The page of all sites shows this one too; a site that is published is so without it. */
async function addToSites(made: MadePublish, context: Context): Promise<void> {
  const { recordPublish } = await import("@datasette-publish/workbench");
  await recordPublish(process.env, made).catch((error: unknown) => {
    const { code: reason, message } = toPublishError(error);
    warn(context, "STATE_UNWRITABLE", `The site could not be added to the list of sites: ${message}`, { reason });
  });
}

/** Checks the site in the preview, and leaves the preview open when it is to be served. Says so where it cannot be checked. */
async function look(
  warm: WarmPreview,
  prepared: Prepared,
  { plugins, build }: SitePlugins & Partial<OwnImage>,
  serve: boolean,
  context: Context,
): Promise<Preview | undefined> {
  const preview = await openChecked(warm, prepared, { plugins, build, env: process.env }, context);
  if (preview === null && serve) throw noEngine();
  if (preview === null) warn(context, "SITE_UNCHECKED", unchecked, {}, "Start Docker, or set DOCKER_HOST, to have it checked.");
  if (preview !== null && serve) return preview;
  await preview?.close();
  return undefined;
}
