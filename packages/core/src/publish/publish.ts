import { PublishError } from "../errors/publish-error.ts";
import { setOption } from "../errors/remedies.ts";
import type { Context } from "../events/events.ts";
import { warn } from "../events/warnings.ts";
import { isSiteLayer } from "../build/assemble.ts";
import type { Build } from "../build/build.ts";
import type { SitePlatform } from "../build/runtime.ts";
import { requireWithin } from "../inspect/limits.ts";
import { nativeGzip, nativeZstd, type Compressor } from "../oci/compressors.ts";
import type { Ahead } from "../oci/registry/ahead.ts";
import type { Image } from "../oci/types.ts";
import { withRecipe, type Prepared } from "../project/prepare.ts";
import type { HostContext, PublishContext } from "../provider/context.ts";
import type { PlatformName, Provider } from "../provider/provider.ts";
import type { Site } from "../site/site.ts";
import { writeSbom } from "../sbom/sbom.ts";
import { withoutSecrets } from "./failure.ts";
import { guardSite } from "./guard.ts";
import { remembering } from "./remember.ts";
import { resultOf, type PublishResult } from "./result.ts";
import { carryOut, planOf } from "./rollout.ts";
import type { Target } from "./target.ts";

/** What {@link publish} would do; nothing is built, written or sent. */
export async function plan(target: Target, prepared: Prepared): Promise<PublishResult> {
  return withoutSecrets(target.secrets, target.host, async () => {
    const { provider } = target;
    const { site } = await ready(prepared, target);
    const rollout = await provider.rollout(publishContext(target, site), await guardSite(target));
    return resultOf(site, { plan: planOf(rollout) });
  });
}

/**
 * Builds the image of a prepared site, and delivers it: what was looked at is what is published.
 * Throws PublishErrors only; no secret is in one, nor in an event or the result.
 */
export async function publish(target: Target, prepared: Prepared, build: Build): Promise<PublishResult> {
  return withoutSecrets(target.secrets, target.host, async () => {
    const { provider, host } = target;
    const { site, dir } = await ready(prepared, target);
    await using ahead = await aheadFor(target);
    const context = withAhead(publishContext(target, site), ahead);
    const [first, ...others] = await platformsOf(provider, context);
    const building = { ...host, compressor: await compressorFor(provider, host), ahead };
    const images: [Image, ...Image[]] = [await build(site, first, dir, building)];
    for (const platform of others) images.push(await build(site, platform, dir, building));
    for (const image of images) await checkLimits(image, target);
    const sbom = target.sbom === undefined ? undefined : await writeSbom(site.name, images, target.sbom, host);
    host.signal?.throwIfAborted();
    const before = await guardSite(target);
    const rollout = await provider.rollout(context, before);
    const deployment = await remembering(target, () => carryOut(target, rollout, { before, images, site }));
    return resultOf(site, { deployment, images, ...(sbom !== undefined && { sbom }) });
  });
}

async function ready(prepared: Prepared, { recipe, host }: Target): Promise<Prepared> {
  await prepared.requireUnchanged();
  const complete = withRecipe(prepared, recipe);
  tellOfWritable(complete.site, host);
  return complete;
}

/** The launcher keeps no answers then, and says so only in the site's logs. */
function tellOfWritable({ serve }: Site, host: Context): void {
  const [database] = serve.writable;
  if (database === undefined || serve.keepAnswers !== "auto") return;
  warn(
    host,
    "ANSWERS_NOT_KEPT",
    `The site keeps no answers in memory for a crowd: ${database} can be written.`,
    { database },
    setOption("keepAnswers", "on", "if visitors may see changes some seconds late"),
  );
}

function publishContext({ host, variables }: Target, site: Site): PublishContext {
  return { ...host, site, variables };
}

/** Undefined where all is sent by the rollout: where nothing is known to be there, or what is over a limit is not to be sent. */
async function aheadFor({ provider, limits, host }: Target): Promise<Ahead | undefined> {
  const { maxBytes, maxLayerBytes } = provider.accepts.images;
  const isLimited = Object.values({ ...limits, host: maxBytes ?? maxLayerBytes }).some((limit) => limit !== undefined);
  const to = isLimited ? null : await provider.pushesTo?.(host);
  if (!to) return undefined;
  const { reference, ...options } = to;
  return host.deliver.pushAhead(reference, options);
}

/** Whose pushes wait for what is on its way. */
function withAhead(ctx: PublishContext, ahead: Ahead | undefined): PublishContext {
  const { deliver } = ctx;
  return { ...ctx, deliver: { ...deliver, push: (images, reference, options) => deliver.push(images, reference, { ...options, ahead }) } };
}

async function platformsOf(provider: Provider, ctx: PublishContext): Promise<readonly [SitePlatform, ...SitePlatform[]]> {
  const [first, ...others] = (await provider.platforms?.(ctx)) ?? (["linux/amd64"] as const);
  const refused = [first, ...others].find((name) => name === undefined || !provider.accepts.images.platforms.includes(name));
  if (first !== undefined && refused === undefined) return [parsePlatform(first), ...others.map(parsePlatform)];
  throw new PublishError(
    "PROVIDER_INVALID",
    `Provider ${provider.name} asks for ${refused ? `${refused}, which it does not accept` : "no platform"}.`,
    "Report this to the provider's author.",
    { provider: provider.name },
  );
}

/** What travels is to be small, where it may, in zstd; what stays here is to be there soon. */
async function compressorFor(provider: Provider, host: HostContext): Promise<Compressor> {
  if (provider.accepts.images.compressions?.includes("zstd")) return nativeZstd;
  return nativeGzip((await provider.staysLocal?.(host)) ? 1 : 6);
}

function parsePlatform(name: PlatformName): SitePlatform {
  return { os: "linux", architecture: name === "linux/arm64" ? "arm64" : "amd64" };
}

/** Before anything is written or sent. @throws PublishError as {@link requireWithin} does */
async function checkLimits(image: Image, { provider, limits, host }: Target): Promise<void> {
  const { maxBytes, maxLayerBytes } = provider.accepts.images;
  await requireWithin(image, limits, { host: null, isRemovable: isSiteLayer }, host);
  await requireWithin(image, { maxBytes, maxLayerBytes }, { host: provider.title, isRemovable: isSiteLayer }, host);
}
