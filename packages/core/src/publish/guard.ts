import { PublishError } from "../errors/publish-error.ts";
import { setOption } from "../errors/remedies.ts";
import { warn } from "../events/warnings.ts";
import type { HostContext, Provider, SiteStatus } from "../provider/provider.ts";
import type { Project } from "../project/project.ts";

/**
 * Refuses to replace another site of the user's: one that was published from elsewhere under the name that is made for this folder,
 * or one whose mark names another site, under a name that came with the folder (a state file can be anybody's).
 * A name that the user gave is consent.
 *
 * @throws PublishError `SITE_EXISTS`
 */
export async function guardSite(provider: Provider, host: HostContext): Promise<void> {
  if (provider.status === undefined || provider.names === undefined) return;
  const status = await provider.status(host);
  if (status === null) return;
  if (host.nameFrom === "option") return warnOfOther(provider, host, status);
  refuseOther(provider, host, status);
  if (host.nameFrom === "derived") throw siteExists(provider, host, notKnown(provider, host));
}

/**
 * Refuses to remove or change a site that was published from elsewhere, as {@link guardSite} does. A name is consent, of the host's or of the site.
 * @throws PublishError `SITE_EXISTS`
 */
export function guardOwn(provider: Provider, host: HostContext, status: SiteStatus, { isNamed }: Project): void {
  refuseOther(provider, host, status);
  if (provider.names !== undefined && host.nameFrom === "derived" && !isNamed) throw siteExists(provider, host, notKnown(provider, host));
}

/** Refuses a site whose mark names another one. @throws PublishError `SITE_EXISTS` */
function refuseOther(provider: Provider, host: HostContext, { site }: SiteStatus): void {
  if (host.nameFrom === "option" || site === undefined || site === host.siteName) return;
  throw siteExists(provider, host, `${host.name} at ${provider.title} is the site ${site}, not ${host.siteName}.`);
}

function warnOfOther({ title }: Provider, host: HostContext, { site }: SiteStatus): void {
  const { name, siteName } = host;
  if (site === undefined || site === siteName) return;
  const message = `${name} at ${title} has been the site ${site}; it becomes ${siteName}.`;
  warn(host, "SITE_REPLACED", message, { name, was: site, site: siteName });
}

function notKnown({ title }: Provider, { name }: HostContext): string {
  return `There is a site ${name} at ${title} already, and nothing in this folder says that it was published from here.`;
}

/** `SITE_EXISTS`: `message` says what tells the site at the host from this one. */
export function siteExists({ name: provider, names }: Provider, { name, siteName }: HostContext, message: string): PublishError {
  const remedies = [
    setOption(names?.option ?? "name", name, "if it is meant"),
    setOption("name", undefined, "to call this site otherwise"),
  ];
  return new PublishError("SITE_EXISTS", message, remedies, { provider, name, site: siteName });
}
