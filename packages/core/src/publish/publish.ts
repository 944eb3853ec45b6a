import { PublishError } from "../errors/publish-error.ts";
import { setOption } from "../errors/remedies.ts";
import type { Context } from "../events/events.ts";
import { warn } from "../events/warnings.ts";
import type { Build } from "../image/build.ts";
import type { Image, Platform } from "../image/types.ts";
import { withRecipe, type Prepared } from "../project/prepare.ts";
import type { Accepts, Provider, ProviderContext } from "../provider/provider.ts";
import type { Site } from "../site/site.ts";
import { deliverVia } from "./deliver.ts";
import { withoutSecrets } from "./failure.ts";
import { confirmHealth } from "./health.ts";
import { logsRemedies } from "./manage.ts";
import { remembering } from "./remember.ts";
import { imageSizeBytes, resultOf, type PublishResult } from "./result.ts";
import type { Target } from "./target.ts";

const defaultPlatform: Platform = { os: "linux", architecture: "amd64" };

/** What {@link publish} would do; nothing is built, written or sent. */
export async function plan(target: Target, prepared: Prepared): Promise<PublishResult> {
  return withoutSecrets(target.secrets, target.host, async () => {
    const { site } = await ready(prepared, target);
    return resultOf(site, { plan: await target.provider.plan(providerContext(target, site)) });
  });
}

/**
 * Builds the image of a prepared site, and delivers it: what was looked at is what is published.
 * Throws PublishErrors only; no secret is in one, nor in an event or the result.
 */
export async function publish(target: Target, prepared: Prepared, build: Build): Promise<PublishResult> {
  return withoutSecrets(target.secrets, target.host, async () => {
    const { provider, project, host } = target;
    const { site, dir } = await ready(prepared, target);
    const context = providerContext(target, site);
    const images: Image[] = [];
    for (const platform of await platformsOf(provider, context)) images.push(await build(site, platform, dir, host));
    for (const image of images) checkSize(image, provider.accepts, provider.title);
    host.signal?.throwIfAborted();
    const deployment = await remembering(provider, project, host, () => provider.publish(images, context));
    return resultOf(site, { deployment, images });
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

function providerContext({ provider, host, variables, logins }: Target, site: Site): ProviderContext {
  return {
    ...host,
    site,
    variables,
    deliver: deliverVia(host, logins),
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
