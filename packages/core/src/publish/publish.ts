import type { ConvertOptions } from "../convert/dataset.ts";
import { makeDataset } from "../convert/make-dataset.ts";
import { PublishError, isPublishError } from "../errors/publish-error.ts";
import { setOption } from "../errors/remedies.ts";
import type { Context } from "../events/events.ts";
import { warn } from "../events/warnings.ts";
import { withWorkDir } from "../files/work-dir.ts";
import { assemble } from "../image/assemble.ts";
import type { Image, Platform, Runtime } from "../image/types.ts";
import type { Accepts, HostContext, Provider, ProviderContext, Recipe } from "../provider/provider.ts";
import { describe } from "../site/describe.ts";
import type { Site, SiteOptions } from "../site/site.ts";
import { failureOf } from "./failure.ts";
import { deliverVia } from "./deliver.ts";
import { guardSite } from "./guard.ts";
import { confirmHealth } from "./health.ts";
import { openHost, redactorFor, type HostRequest } from "./host-context.ts";
import { checkInterface } from "./interface.ts";
import { logsRemedies } from "./manage.ts";
import { otherSites, recallName, rememberName } from "./names-file.ts";
import { imageSizeBytes, resultOf, type PublishResult } from "./result.ts";
import { variablesFor } from "./variables.ts";

/** One publish: what goes in, where it goes, and the parts that core does not depend on. */
export interface PublishRequest extends HostRequest {
  readonly convert: ConvertOptions;
  readonly site: SiteOptions;
  /** Variables of the running site, `NAME=VALUE` or `NAME`; they never reach the image. */
  readonly variables?: readonly string[];
  /** Folder for the prepared databases, kept by the caller; absent: a private one that is always removed. */
  readonly workDir?: string;
  /** Plan only: nothing is built, written or sent. */
  readonly dryRun?: boolean;
  /** The base layers for a platform: `ensureRuntime` of `@datasette-publish/runtime`. */
  readonly runtime: (platform: Platform, ctx: Context) => Promise<Runtime>;
  /** Looks at the site in the preview before a byte leaves the machine; absent: no check. */
  readonly check?: (site: Site, ctx: Context) => Promise<void>;
}

const defaultPlatform: Platform = { os: "linux", architecture: "amd64" };

/**
 * Files to deployment: log in, check the provider, convert, describe, check the site, assemble, deliver.
 * Throws PublishErrors only; no secret is in one, nor in an event or the result. A working folder of its own is always removed.
 */
export async function publish(provider: Provider, request: PublishRequest, ctx: Context): Promise<PublishResult> {
  const secrets = redactorFor(provider, request);
  const safe: Context = { ...ctx, report: secrets.report(ctx.report) };
  try {
    checkInterface(provider);
    const { variables: given = [], site, env } = request;
    const variables = variablesFor({ variables: given, pluginSecrets: site.pluginSecrets ?? [], env }, secrets);
    const host = await openHost(provider, request, secrets, safe);
    await host.step("provider.check", `Check ${provider.title}`, async () => {
      await provider.check(host);
      await guardSite(provider, host);
    });
    await noteOtherSites(provider, request.paths, host);
    const work = (workDir: string) => run(provider, host, variables, request, workDir);
    return secrets.data(await (request.workDir === undefined ? withWorkDir(work) : work(request.workDir)));
  } catch (error) {
    throw failureOf(error, secrets, ctx);
  }
}

async function run(
  provider: Provider,
  host: HostContext,
  variables: ProviderContext["variables"],
  request: PublishRequest,
  workDir: string,
): Promise<PublishResult> {
  const dataset = await makeDataset(request.paths, workDir, request.convert, host);
  const described = await describe(dataset, { ...request.site, paths: request.paths, name: host.siteName }, host);
  const site = withRecipe(described, provider.recipe?.(host) ?? {});
  await request.check?.(site, host);
  const context = providerContext(provider, host, site, variables);
  if (request.dryRun) return resultOf(site, { plan: await provider.plan(context) });

  const images = await assembleAll(await platformsOf(provider, context), site, request, workDir, host);
  for (const image of images) checkSize(image, provider.accepts, provider.title);
  host.signal?.throwIfAborted();
  const deployment = await remembering(provider, request.paths, host, () => provider.publish(images, context));
  return resultOf(site, { deployment, images });
}

/** A folder that was renamed is a new site: said before a second one is made. */
async function noteOtherSites(provider: Provider, paths: readonly string[], host: HostContext): Promise<void> {
  if (host.nameFrom !== "derived") return;
  const others = await otherSites(paths, host.siteName, provider.name);
  if (others.length === 0) return;
  const message = `${host.siteName} is a new site at ${provider.title}; this folder published ${others.join(", ")} there before.`;
  warn(host, "SITE_NEW", message, { site: host.siteName }, setOption("name", others[0], "to update that one"));
}

/** Keeps the name from before the first change on, so that a run that breaks off is found by the next; not a name that turns out to be taken. */
async function remembering<T>(provider: Provider, paths: readonly string[], host: HostContext, work: () => Promise<T>): Promise<T> {
  const { names } = provider;
  if (names === undefined) return work();
  const remember = (name: string | null) => rememberName(paths, host.siteName, provider.name, name, host, names.option);
  const former = await recallName(paths, host.siteName, provider.name);
  await remember(host.name);
  try {
    return await work();
  } catch (error) {
    if (isPublishError(error) && error.code === "NAME_TAKEN") await remember(former ?? null);
    throw error;
  }
}

function withRecipe(site: Site, recipe: Recipe): Site {
  const { serve } = site;
  return { ...site, serve: { ...serve, ...recipe, settings: { ...recipe.settings, ...serve.settings } } };
}

function providerContext(provider: Provider, host: HostContext, site: Site, variables: ProviderContext["variables"]): ProviderContext {
  return {
    ...host,
    site,
    variables,
    deliver: deliverVia(host),
    confirm: (url, settle = {}) => confirmHealth({ url, site, remedies: logsRemedies(provider, host) }, settle, host),
  };
}

async function platformsOf(provider: Provider, ctx: ProviderContext): Promise<readonly Platform[]> {
  const platforms = (await provider.platforms?.(ctx)) ?? [defaultPlatform];
  const refused = platforms.find(({ architecture }) => !provider.accepts.platforms.includes(architecture));
  if (platforms.length > 0 && refused === undefined) return platforms;
  throw new PublishError(
    "PROVIDER_INVALID",
    `Provider ${provider.name} asks for ${refused ? `linux/${refused.architecture}, which it does not accept` : "no platform"}.`,
    "Report this to the provider's author.",
    { provider: provider.name },
  );
}

async function assembleAll(
  platforms: readonly Platform[],
  site: Site,
  { runtime }: PublishRequest,
  workDir: string,
  ctx: Context,
): Promise<readonly Image[]> {
  const images: Image[] = [];
  for (const platform of platforms) {
    images.push(await assemble(site, await runtime(platform, ctx), workDir, ctx));
  }
  return images;
}

function checkSize(image: Image, { maxBytes }: Accepts, title: string): void {
  const sizeBytes = imageSizeBytes(image);
  if (maxBytes === undefined || sizeBytes <= maxBytes) return;
  throw new PublishError(
    "IMAGE_TOO_LARGE",
    `The image has ${sizeBytes} bytes (compressed); ${title} takes at most ${maxBytes}.`,
    "Publish fewer or smaller files, or choose another provider.",
    { sizeBytes, maxBytes, platform: `linux/${image.platform.architecture}` },
  );
}
