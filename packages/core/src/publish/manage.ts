import { PublishError } from "../errors/publish-error.ts";
import type { Context } from "../events/events.ts";
import type { HostContext, Provider, Release, SiteStatus } from "../provider/provider.ts";
import { openHost, redactorFor, type HostRequest } from "./host-context.ts";
import { checkInterface } from "./interface.ts";
import { failureOf } from "./failure.ts";
import { refuseOther } from "./guard.ts";
import { recallName, rememberName } from "./names-file.ts";

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
    throw failureOf(error, secrets, ctx);
  }
}

/** How a published site is. @throws PublishError `NOT_PUBLISHED`, `COMMAND_INVALID` */
export async function statusOf(provider: Provider, host: HostContext): Promise<SiteStatus> {
  if (provider.status === undefined) throw unsupported(provider, "status");
  const status = await provider.status(host);
  if (status === null) throw notPublished(provider, host.name);
  return status;
}

/** Removes a published site from its host, and its name from the folder's state file. @throws PublishError `NOT_PUBLISHED` */
export async function unpublish(provider: Provider, request: HostRequest, ctx: Context): Promise<{ name: string }> {
  return manage(provider, request, ctx, async (host) => {
    if (provider.unpublish === undefined) throw unsupported(provider, "unpublish");
    refuseOther(provider, host, await statusOf(provider, host));
    await provider.unpublish(host);
    if ((await recallName(request.paths, host.siteName, provider.name)) === host.name)
      await rememberName(request.paths, host.siteName, provider.name, null, host);
    return { name: host.name };
  });
}

/** Goes back to release `id`, or to the one before the current. @throws PublishError `NOT_PUBLISHED`, `OPTION_INVALID` */
export async function rollback(
  provider: Provider,
  request: HostRequest,
  id: string | undefined,
  ctx: Context,
): Promise<{ name: string; release: Release }> {
  return manage(provider, request, ctx, async (host) => {
    if (provider.rollback === undefined) throw unsupported(provider, "rollback");
    const status = await statusOf(provider, host);
    refuseOther(provider, host, status);
    const { releases } = status;
    const others = id === undefined ? releases.slice(releases.findIndex(({ current }) => current) + 1) : releases;
    const isTarget = (release: Release) => (id === undefined ? release.passedOver !== true : release.id === id);
    const target = others.find((release) => !release.current && release.restorable !== false && isTarget(release));
    if (target !== undefined) return { name: host.name, release: await provider.rollback(host, target) };
    const message = `${host.name} has no release ${id ?? "before this one"} to go back to.`;
    throw new PublishError("OPTION_INVALID", message, "Give one of the releases that publish status shows.", { release: id ?? null });
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
    `Run publish ${provider.name} --help to see what it can do.`,
    {
      provider: provider.name,
      verb,
    },
  );
}
