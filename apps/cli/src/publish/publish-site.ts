import { join } from "node:path";
import {
  assembler,
  dataFolder,
  openTarget,
  plan,
  publish,
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
import { cacheDirFor } from "../cache-dir.ts";
import { showsValues, withoutValues } from "../column-report.ts";
import { toProject, type Given } from "../flags.ts";
import { prepareWhole } from "../prepare-whole.ts";
import { openSitePlugins } from "../site-plugins.ts";
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
  const plugins = await openSitePlugins({ project, own, line: site.line, keeps: !own["dry-run"] }, context);
  const pinned = (await plugins?.pinned("linux/amd64")) ?? [];
  await using warm = own["check"] === false ? undefined : await warmUp(context, site.line);
  const kept = own["dry-run"] ? convert : { ...convert, skippedDir: join(dataFolder(process.env), "skipped", project.name) };
  await using prepared = withRecipe(await prepareWhole(project, { convert: kept, site }, context), target.recipe);
  const preview = warm && (await look(warm, prepared, plugins, own["serve"] === true, context));
  const { ensureRuntime, slimRuntime } = await import("@datasette-publish/runtime");
  const { cacheDir } = await cacheDirFor("layers");
  const runtime: Parameters<typeof assembler>[0] = async (platform, ctx, serve, workDir) => {
    const plain = await ensureRuntime(platform, ctx, serve.line);
    const whole = plugins ? await plugins.addTo(plain) : plain;
    return serve.slim ? slimRuntime(whole, { plugins: serve.plugins, workDir, cacheDir }, ctx) : whole;
  };
  const made = own["dry-run"] ? await plan(target, prepared) : await publish(target, prepared, assembler(runtime, cacheDir));
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

/** Checks the site in the preview, and leaves the preview open when it is to be served. */
async function look(
  warm: WarmPreview,
  { site }: Prepared,
  plugins: Plugins | undefined,
  serve: boolean,
  context: Context,
): Promise<Preview> {
  const { openChecked } = await import("../preview-site.ts");
  const preview = await openChecked(warm, site, plugins, context);
  if (!serve) await preview.close();
  return preview;
}
