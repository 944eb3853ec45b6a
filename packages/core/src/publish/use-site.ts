import { runProgram, toRemedies, useVerb, type Remedy } from "../errors/remedies.ts";
import { addressOptions } from "../provider/options.ts";
import type { HostContext } from "../provider/context.ts";
import type { Provider } from "../provider/provider.ts";

/** What tells a published site from all others: what it is called at the host, and the options that say where that is. */
export type SiteAddress = Pick<HostContext, "name" | "options">;

/** The options that name a site so that it is found from any folder. */
export function addressOf({ names, options: specs }: Provider, { name, options }: SiteAddress): Readonly<Record<string, string>> {
  return { ...addressOptions(specs, options), [names?.option ?? "name"]: name };
}

/** A verb for a site, named so that it is found from any folder. */
export function useSite(verb: string, provider: Provider, site: SiteAddress, note?: string): Remedy {
  return useVerb(verb, provider.name, addressOf(provider, site), note);
}

/** The verbs that look after a site that was just published, of those that its provider has; with rollback where something was `replaced`. */
export function nextVerbs(provider: Provider, site: SiteAddress, replaced = false): readonly Remedy[] {
  const verbs = ["open", "status", "logs", ...(replaced ? (["rollback"] as const) : []), "unpublish"] as const;
  return verbs.filter((verb) => provider[verb === "open" ? "status" : verb]).map((verb) => useSite(verb, provider, site));
}

/** Where to see why a site is not healthy, then publish again. */
export function logsRemedies(provider: Provider, host: SiteAddress): readonly Remedy[] {
  const { logs, instead, names } = provider;
  const run = instead?.logs?.map((word) => word.replaceAll(`<${names?.option ?? "name"}>`, host.name)) as [string, ...string[]] | undefined;
  const look = logs ? useSite("logs", provider, host, "to look at its log") : run && runProgram(run, "to look at its log");
  return toRemedies([look ?? "Fix the cause.", "Then publish again."]);
}
