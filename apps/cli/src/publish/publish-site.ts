import { join } from "node:path";
import {
  dataFolder,
  openTarget,
  plan,
  publish,
  toPublishError,
  warn,
  withRecipe,
  type Context,
  type OptionValues,
  type Prepared,
  type Provider,
  type PublishResult,
} from "@datasette-publish/core";
import type { Plugins } from "@datasette-publish/plugins";
import type { Preview, WarmPreview } from "@datasette-publish/preview";
import { openChecked, openSitePlugins, prepareWhole, siteBuild, warmUp } from "@datasette-publish/workbench/site";
import { untilAborted } from "../base-command.ts";
import { openInBrowser } from "../browser.ts";
import { showsValues, withoutValues } from "../column-report.ts";
import { toProject, type Given } from "../flags.ts";
import { renderPublished, type SiteResult } from "../summary.ts";
import { toRequest } from "./common-flags.ts";

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
export async function publishSite({ provider, paths, options, own, json, print }: PublishCall, context: Context): Promise<SiteResult> {
  // First, as words that follow a secret's name would be taken for paths, and repeated.
  const { convert = {}, site = {}, ...rest } = toRequest(own);
  const project = toProject(paths, own);
  const target = await openTarget(provider, { project, options, env: process.env, ...rest }, context);
  const install = (own["install"] as readonly string[] | undefined) ?? [];
  const ofSite = { project, install, line: site.line, keeps: !own["dry-run"], env: process.env };
  const plugins = await openSitePlugins(ofSite, context);
  const pinned = (await plugins?.pinned("linux/amd64")) ?? [];
  await using warm = own["check"] === false ? undefined : await warmUp({ line: site.line, env: process.env }, context);
  const kept = own["dry-run"] ? convert : { ...convert, skippedDir: join(dataFolder(process.env), "skipped", project.name) };
  await using prepared = withRecipe(await prepareWhole(project, { convert: kept, site }, context), target.recipe);
  const preview = warm && (await look(warm, prepared, plugins, own["serve"] === true, context));
  const made = own["dry-run"] ? await plan(target, prepared) : await publish(target, prepared, await siteBuild(plugins, process.env));
  if (made.deployment !== undefined) await addToSites(prepared, made, context);
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
async function addToSites(prepared: Prepared, result: PublishResult, context: Context): Promise<void> {
  const { recordPublish } = await import("@datasette-publish/workbench");
  await recordPublish(process.env, { prepared, result }).catch((error: unknown) => {
    const { code: reason, message } = toPublishError(error);
    warn(context, "STATE_UNWRITABLE", `The site could not be added to the list of sites: ${message}`, { reason });
  });
}

/** Checks the site in the preview, and leaves the preview open when it is to be served. */
async function look(
  warm: WarmPreview,
  { site }: Prepared,
  plugins: Plugins | undefined,
  serve: boolean,
  context: Context,
): Promise<Preview> {
  const preview = await openChecked(warm, site, plugins, context);
  if (!serve) await preview.close();
  return preview;
}
