import { useVerb, type Remedy } from "../errors/remedies.ts";
import type { HostContext, Provider } from "../provider/provider.ts";

/** A verb for a site, named so that it is found from any folder. */
export function useSite(verb: string, { name: provider, names }: Provider, { name }: Pick<HostContext, "name">, note?: string): Remedy {
  return useVerb(verb, provider, { [names?.option ?? "name"]: name }, note);
}

/** The verbs that look after a site that was just published, of those that its provider has; with rollback where something was `replaced`. */
export function nextVerbs(provider: Provider, host: Pick<HostContext, "name">, replaced = false): readonly Remedy[] {
  const verbs = ["open", "status", "logs", ...(replaced ? (["rollback"] as const) : []), "unpublish"] as const;
  return verbs.filter((verb) => provider[verb === "open" ? "status" : verb]).map((verb) => useSite(verb, provider, host));
}
