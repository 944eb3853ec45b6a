import {
  openTarget,
  plan,
  publish,
  warn,
  withRecipe,
  type Context,
  type OptionValues,
  type Prepared,
  type Provider,
  type SiteOptions,
} from "@datasette-publish/core";
import type { Plugins } from "@datasette-publish/plugins";
import type { Preview, WarmPreview } from "@datasette-publish/preview";
import { untilAborted } from "../base-command.ts";
import { openInBrowser } from "../browser.ts";
import { toProject, type Given } from "../flags.ts";
import { prepareWhole } from "../prepare-whole.ts";
import { openSitePlugins } from "../site-plugins.ts";
import { siteAssembler } from "../site-runtime.ts";
import { renderPublished, type SiteResult } from "../summary.ts";
import { toRequest } from "./common-flags.ts";

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
export async function publishSite({ provider, paths, options, own, json, print }: PublishCall, context: Context): Promise<SiteResult> {
  // First, as words that follow a secret's name would be taken for paths, and repeated.
  const { convert = {}, site = {}, ...rest } = toRequest(own);
  const project = toProject(paths, own);
  const target = await openTarget(provider, { project, options, env: process.env, ...rest }, context);
  const plugins = await openSitePlugins({ project, own, line: site.line, keeps: !own["dry-run"] }, context);
  const pinned = (await plugins?.pinned("linux/amd64")) ?? [];
  await using warm = own["check"] === false ? undefined : await warmUp(context, site.line);
  await using prepared = withRecipe(await prepareWhole(project, { convert, site }, context), target.recipe);
  await using preview = warm && (await look(warm, prepared, plugins, own["serve"] === true, context));
  const made = own["dry-run"]
    ? await plan(target, prepared)
    : await publish(target, prepared, await siteAssembler(prepared.site.serve, plugins));
  const result = { ...made, plugins: pinned.map(({ name, version }) => `${name} ${version}`) };
  print(renderPublished(result));
  if (own["open"] && result.deployment !== undefined) await openInBrowser(result.deployment.url, json, context);
  if (own["serve"] && preview !== undefined) {
    print(["", `Serving it at ${preview.url}  (Ctrl-C ends it)`]);
    await untilAborted(context.signal!);
  }
  return result;
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
  plugins: Plugins | undefined,
  serve: boolean,
  context: Context,
): Promise<Preview | undefined> {
  const { noEngine, openChecked } = await import("../preview-site.ts");
  const preview = await openChecked(warm, prepared, plugins, context);
  if (preview === null && serve) throw noEngine();
  if (preview === null) warn(context, "SITE_UNCHECKED", unchecked, {}, "Start Docker, or set DOCKER_HOST, to have it checked.");
  if (preview !== null && serve) return preview;
  await preview?.close();
  return undefined;
}
