import { PublishError } from "../errors/publish-error.ts";
import { setOption } from "../errors/remedies.ts";
import { warn } from "../events/warnings.ts";
import type { HostContext } from "../provider/context.ts";
import type { Provider } from "../provider/provider.ts";
import type { SiteStatus } from "../provider/status.ts";
import type { Project } from "../project/project.ts";

/** A publish to a host, and whether it replaces the site of its name. */
interface Publish {
  readonly provider: Provider;
  readonly host: HostContext;
  readonly replaces: boolean;
}

/**
 * Refuses to replace a site that was not published from this project: one whose mark names another site or another source, and one whose
 * mark tells no source while the project does not remember it. A name that the user gave is consent; a state file is not, as it can be anybody's:
 * it does not outweigh a mark.
 *
 * @returns what is there; null for nothing, and for what this publish does not replace
 * @throws PublishError `SITE_EXISTS`
 */
export async function guardSite({ provider, host, replaces }: Publish): Promise<SiteStatus | null> {
  if (!replaces) return null;
  const status = (await provider.status?.(host)) ?? null;
  if (status !== null && host.nameFrom !== "option") refuseOther(provider, host, status);
  return status;
}

/** Says what a name that the user gave replaces. */
export function warnOfOther({ title }: Provider, host: HostContext, status: SiteStatus | null): void {
  if (status === null || host.nameFrom !== "option" || !isOtherSite(host, status)) return;
  const { name, siteName } = host;
  const { site = "" } = status;
  const message = `${name} at ${title} has been the site ${site}; it becomes ${siteName}.`;
  warn(host, "SITE_REPLACED", message, { name, was: site, site: siteName });
}

/**
 * Refuses to remove or change a site that was published from elsewhere, as {@link guardSite} does. A name is consent, of the host's or of the site;
 * a name of the site is not where the host's, which is remembered, carries the mark of another.
 *
 * @throws PublishError `SITE_EXISTS`
 */
export function guardOwn(provider: Provider, host: HostContext, status: SiteStatus, { isNamed }: Project): void {
  if (host.nameFrom === "option") return;
  if (!isNamed) refuseOther(provider, host, status);
  else if (isOtherSite(host, status)) throw otherSite(provider, host, status);
}

function refuseOther(provider: Provider, host: HostContext, status: SiteStatus): void {
  const { title } = provider;
  const { name, nameFrom } = host;
  if (isOtherSite(host, status)) throw otherSite(provider, host, status);
  if (status.source === host.source) return;
  if (status.source !== undefined)
    throw siteExists(provider, host, `There is a site ${name} at ${title} already, which was published from another folder.`);
  if (nameFrom === "remembered") return;
  const message = `There is a site ${name} at ${title} already, and nothing in this folder says that it was published from here.`;
  throw siteExists(provider, host, message);
}

function isOtherSite({ siteName }: HostContext, { site }: SiteStatus): boolean {
  return site !== undefined && site !== siteName;
}

function otherSite(provider: Provider, host: HostContext, { site }: SiteStatus): PublishError {
  return siteExists(provider, host, `${host.name} at ${provider.title} is the site ${site}, not ${host.siteName}.`);
}

/** `message` says what tells the site at the host from this one. */
function siteExists({ name: provider, names }: Provider, { name, siteName }: HostContext, message: string): PublishError {
  const remedies = [
    setOption(names?.option ?? "name", name, "if it is meant"),
    setOption("name", undefined, "to call this site otherwise"),
  ];
  return new PublishError("SITE_EXISTS", message, remedies, { provider, name, site: siteName });
}
