import { PublishError, toPublishError } from "../errors/publish-error.ts";
import type { Context } from "../events/events.ts";
import type { HostContext, Provider } from "../provider/provider.ts";
import { openHost, redactorFor, type HostRequest } from "./host-context.ts";
import { checkInterface } from "./interface.ts";
import { rememberName } from "./names-file.ts";

/** The verbs that look after a published site; a provider has those that its host allows. */
export const verbs = ["status", "logs", "rollback", "unpublish", "list"] as const;
export type Verb = (typeof verbs)[number];

/**
 * Runs `work` against a site at its host, as `publish` would find it: same options, same token, same name.
 * Throws PublishErrors only; no secret is in one, in an event, or in the result.
 */
export async function manage<T>(
  provider: Provider,
  request: HostRequest,
  ctx: Context,
  work: (host: HostContext) => Promise<T>,
): Promise<T> {
  const secrets = redactorFor(provider, request);
  try {
    checkInterface(provider);
    const host = await openHost(provider, request, secrets, { ...ctx, report: secrets.report(ctx.report) });
    return secrets.data(await work(host));
  } catch (error) {
    if (ctx.signal?.aborted) throw toPublishError(new DOMException("Cancelled", "AbortError"));
    throw secrets.error(error);
  }
}

/** Removes a site from its host, and its name from the folder's state file. @throws PublishError `NOT_PUBLISHED` */
export async function unpublish(provider: Provider, request: HostRequest, ctx: Context): Promise<{ name: string }> {
  return manage(provider, request, ctx, async (host) => {
    if (provider.unpublish === undefined) throw unsupported(provider, "unpublish");
    await provider.unpublish(host);
    if (provider.names !== undefined) await rememberName(request.paths, host.siteName, provider.name, null, host);
    return { name: host.name };
  });
}

/** There is nothing at the host under the site's name. */
export function notPublished(provider: Pick<Provider, "name" | "title">, name: string): PublishError {
  return new PublishError(
    "NOT_PUBLISHED",
    `${provider.title} has no site ${name} of yours.`,
    `Run publish list ${provider.name} to see what there is.`,
    {
      provider: provider.name,
      name,
    },
  );
}

/** The provider's host has no such thing. */
export function unsupported(provider: Pick<Provider, "name" | "title">, verb: Verb): PublishError {
  return new PublishError(
    "COMMAND_INVALID",
    `${provider.title} has no ${verb}.`,
    `Run publish --help to see what provider ${provider.name} can do.`,
    {
      provider: provider.name,
      verb,
    },
  );
}
