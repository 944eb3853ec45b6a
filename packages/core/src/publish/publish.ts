import type { ConvertOptions } from "../convert/dataset.ts";
import { makeDataset } from "../convert/make-dataset.ts";
import { PublishError, toPublishError } from "../errors/publish-error.ts";
import { step, type Context } from "../events/events.ts";
import { assemble } from "../image/assemble.ts";
import type { Image, Platform, Runtime } from "../image/types.ts";
import { resolveOptions, secretOptions } from "../provider/options.ts";
import type { Accepts, OptionValues, Provider, ProviderContext } from "../provider/provider.ts";
import { describe } from "../site/describe.ts";
import { siteName } from "../site/site-name.ts";
import type { Site, SiteOptions } from "../site/site.ts";
import { deliverVia } from "./deliver.ts";
import { checkInterface } from "./interface.ts";
import { redactor, secretVariables } from "./redact.ts";
import { imageSizeBytes, resultOf, type PublishResult } from "./result.ts";
import { withWorkDir } from "./work-dir.ts";

/** One publish: what goes in, where it goes, and the parts that core does not depend on. */
export interface PublishRequest {
  readonly paths: readonly string[];
  readonly convert: ConvertOptions;
  readonly site: SiteOptions;
  /** The provider's options as given; environment variables and defaults are filled in here. */
  readonly options: OptionValues;
  readonly env: Readonly<Record<string, string | undefined>>;
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
 * Files to deployment: check the provider, convert, describe, check the site, assemble, deliver.
 * Throws PublishErrors only; no secret is in one, nor in an event or the result. A working folder of its own is always removed.
 */
export async function publish(provider: Provider, request: PublishRequest, ctx: Context): Promise<PublishResult> {
  const secrets = redactor([...secretVariables(request.env), ...secretOptions(provider.options, request.options, request.env)]);
  const safe: Context = { ...ctx, report: secrets.report(ctx.report) };
  try {
    checkInterface(provider);
    const options = resolveOptions(provider.options, request.options, request.env);
    await checkProvider(provider, options, request, safe);
    const work = (workDir: string) => run(provider, options, request, workDir, safe);
    return secrets.data(await (request.workDir === undefined ? withWorkDir(work) : work(request.workDir)));
  } catch (error) {
    if (ctx.signal?.aborted) throw toPublishError(new DOMException("Cancelled", "AbortError"));
    throw secrets.error(error);
  }
}

async function checkProvider(provider: Provider, options: OptionValues, request: PublishRequest, ctx: Context): Promise<void> {
  const name = request.site.name ?? siteName(request.paths);
  await step(ctx, "provider.check", `Check ${provider.title}`, () =>
    provider.check({ ...ctx, ...tools(ctx), options, env: request.env, siteName: name }),
  );
}

async function run(
  provider: Provider,
  options: OptionValues,
  request: PublishRequest,
  workDir: string,
  ctx: Context,
): Promise<PublishResult> {
  const dataset = await makeDataset(request.paths, workDir, request.convert, ctx);
  const site = await describe(dataset, { ...request.site, paths: request.paths }, ctx);
  const context: ProviderContext = {
    ...ctx,
    ...tools(ctx),
    site,
    siteName: site.name,
    options,
    env: request.env,
    deliver: deliverVia(ctx, request.env),
  };
  await request.check?.(site, ctx);
  if (request.dryRun) return resultOf(site, { plan: await provider.plan(context) });

  const images = await assembleAll(await platformsOf(provider, context), site, request, workDir, ctx);
  for (const image of images) checkSize(image, provider.accepts, provider.title);
  ctx.signal?.throwIfAborted();
  return resultOf(site, { deployment: await provider.publish(images, context), images });
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
  for (const platform of platforms) images.push(await assemble(site, await runtime(platform, ctx), workDir, ctx));
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

function tools(ctx: Context): Pick<ProviderContext, "step"> {
  return { step: (id, title, work) => step(ctx, id, title, () => work()) };
}
