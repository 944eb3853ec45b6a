import { PublishError } from "../errors/publish-error.ts";
import { runProgram, setOption, useVerb, type Remedy } from "../errors/remedies.ts";
import type { Context } from "../events/events.ts";
import type { AccountContext, HostContext } from "../provider/context.ts";
import type { Provider } from "../provider/provider.ts";
import type { HostedSite, Release, SiteStatus, Verb } from "../provider/status.ts";
import { addressOptions } from "../provider/options.ts";
import { openAccount, openHost, redactorFor, type AccountRequest, type HostRequest } from "./host-context.ts";
import { checkInterface } from "./interface.ts";
import { withoutSecrets } from "./failure.ts";
import type { Redactor } from "./redact.ts";
import { guardOwn } from "./guard.ts";
import { confirmHealth } from "./health.ts";
import { forget } from "./remember.ts";
import { addressOf, logsRemedies, useSite } from "./use-site.ts";
import { isUnhealthy, uncancelled } from "./undo.ts";

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
  return asUser(provider, request, ctx, async (secrets, safe) => work(await openHost(provider, request, secrets, safe, "verb")));
}

/** Runs `work` as the one who is logged in, where no site is meant, as {@link manage} does. */
export async function inAccount<T>(
  provider: Provider,
  request: AccountRequest,
  ctx: Context,
  work: (account: AccountContext) => Promise<T>,
): Promise<T> {
  return asUser(provider, request, ctx, async (secrets, safe) => work(await openAccount(provider, request, secrets, safe)));
}

async function asUser<T>(
  provider: Provider,
  request: AccountRequest,
  ctx: Context,
  work: (secrets: Redactor, safe: Context) => Promise<T>,
): Promise<T> {
  const secrets = redactorFor(provider, request);
  return withoutSecrets(secrets, ctx, async () => {
    checkInterface(provider);
    return work(secrets, { ...ctx, report: secrets.report(ctx.report) });
  });
}

/** How a published site is. @throws PublishError `NOT_PUBLISHED`, `COMMAND_INVALID` */
export async function statusOf(provider: Provider, host: HostContext): Promise<SiteStatus> {
  if (provider.status === undefined) throw unsupported(provider, "status");
  const status = await provider.status(host);
  if (status === null) throw notPublished(provider, host);
  return status;
}

/**
 * Removes a published site from its host, and its name from the folder's state file. `agree` is shown what would be removed, and throws to keep it.
 * @throws PublishError `NOT_PUBLISHED`
 */
export async function unpublish(
  provider: Provider,
  request: HostRequest,
  ctx: Context,
  agree?: (site: SiteStatus) => Promise<void>,
): Promise<HostedSite> {
  return manage(provider, request, ctx, async (host) => {
    if (provider.unpublish === undefined) throw unsupported(provider, "unpublish");
    const site = await statusOf(provider, host);
    guardOwn(provider, host, site, request.project);
    await agree?.(site);
    await provider.unpublish(host);
    await forget(provider, request.project, host);
    return { name: host.name, url: site.url };
  });
}

/** Goes back to release `id`, or to the one before the current, and waits until the site answers, unless it is stopped. @throws PublishError `NOT_PUBLISHED`, `OPTION_INVALID`, `DEPLOYMENT_UNHEALTHY` */
export async function rollback(
  provider: Provider,
  request: HostRequest,
  id: string | undefined,
  ctx: Context,
): Promise<{ name: string; release: Release }> {
  return manage(provider, request, ctx, async (host) => {
    if (provider.rollback === undefined) throw unsupported(provider, "rollback");
    const status = await statusOf(provider, host);
    guardOwn(provider, host, status, request.project);
    const target = findTarget(status, id);
    if (target === undefined) throw noTarget(host, status, id);
    try {
      const release = await provider.rollback(host, target, status);
      const { url, state } = status;
      if (url !== null && state !== "stopped" && state !== "unfinished")
        await confirmHealth({ url, site: undefined, remedies: logsRemedies(provider, host) }, host);
      return { name: host.name, release };
    } catch (error) {
      if (host.signal?.aborted && !isUnhealthy(error)) throw (await cancelledAt(provider, host, status)) ?? error;
      throw withWayForward(error, provider, host, status);
    }
  });
}

/** What to say when the user cancelled, and what had been sent to the host stands; undefined when nothing had been. */
async function cancelledAt(provider: Provider, host: HostContext, before: SiteStatus): Promise<PublishError | undefined> {
  const now = await provider.status?.(uncancelled(host)).catch(() => null);
  const [from, at] = [before, now].map((status) => status?.releases.find(({ current }) => current));
  const newest = now?.releases[0];
  const isAt = at !== undefined && at.id !== from?.id;
  const to = isAt ? at : newest;
  if (to === undefined || (!isAt && to.id === before.releases[0]?.id)) return undefined;
  const way = from && from.restorable !== false ? backTo(from, provider, host) : useSite("status", provider, host, "to look at it");
  const message = `Cancelled, but ${host.name} ${isAt ? "is at" : "goes on to"} ${to.id} now.`;
  return new PublishError("CANCELLED", message, way, { from: from?.id ?? null, release: to.id });
}

/** A release that the user chose stays, also when it does not serve; the one before it may be worse. */
function withWayForward(error: unknown, provider: Provider, host: HostContext, { releases }: SiteStatus): unknown {
  const current = releases.find((release) => release.current);
  if (!isUnhealthy(error) || error.facts["restored"] || current === undefined || current.restorable === false) return error;
  const remedies = [...logsRemedies(provider, host), backTo(current, provider, host)];
  return new PublishError(error.code, error.message, remedies, { ...error.facts, from: current.id }, error);
}

function backTo({ id }: Release, provider: Provider, host: HostContext): Remedy {
  return useVerb("rollback", provider.name, { ...addressOf(provider, host), to: id }, `to return to ${id}`);
}

/** Release `id`, or the one before the current. */
function findTarget({ releases }: SiteStatus, id: string | undefined): Release | undefined {
  const others = id === undefined ? releases.slice(releases.findIndex(({ current }) => current) + 1) : releases;
  const isTarget = (release: Release) => (id === undefined ? release.passedOver !== true : isNamed(release, id));
  return others.find((release) => !release.current && release.restorable !== false && isTarget(release));
}

function noTarget({ name }: HostContext, { releases }: SiteStatus, id: string | undefined): PublishError {
  const named = releases.find((release) => isNamed(release, id));
  const why = named?.current ? `is at ${named.id} already` : `has no release ${named?.id ?? id ?? "before this one"} to go back to`;
  const others = releases.filter(({ current, restorable }) => !current && restorable !== false).map((release) => release.id);
  const remedies =
    others.length > 0
      ? others.map((other) => setOption("to", other))
      : "Publish once more: only a release that was replaced can be gone back to.";
  return new PublishError("OPTION_INVALID", `${name} ${why}.`, remedies, { release: id ?? null });
}

/** With its `v` or not. */
function isNamed(release: Release, id: string | undefined): boolean {
  return id !== undefined && [id, `v${id}`].includes(release.id);
}

/** There is nothing at the host under the site's name. */
function notPublished({ name: provider, title, names, options: specs }: Provider, { name, nameFrom, options }: HostContext): PublishError {
  const which =
    nameFrom === "derived" && names ? ["Give the folder that was published.", setOption(names.option, undefined, "to name the site")] : [];
  const remedies = [...which, useVerb("list", provider, addressOptions(specs, options), "to see what there is")];
  return new PublishError("NOT_PUBLISHED", `${title} has no site ${name} of yours.`, remedies, { provider, name });
}

/** The provider's host has no such thing. */
export function unsupported({ name: provider, title, instead }: Provider, verb: Verb): PublishError {
  const run = instead?.[verb];
  const remedy = run ? runProgram(run) : `Use what ${title} itself offers.`;
  return new PublishError("COMMAND_INVALID", `${title} has no ${verb}.`, remedy, { provider, verb });
}
