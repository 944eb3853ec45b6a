import { flag } from "../provider/options.ts";
import type { HostContext, Provider } from "../provider/provider.ts";

/** The command that looks after a site, from any folder: `publish logs heroku --app pets`. */
export function siteCommand(verb: string, { name: provider, names }: Provider, { name }: Pick<HostContext, "name">): string {
  return `publish ${verb} ${provider} ${flag(names?.option ?? "name")} ${name}`;
}

/** The commands that look after a site that was just published, of those that its provider has; with rollback where something was `replaced`. */
export function nextCommands(provider: Provider, host: Pick<HostContext, "name">, replaced = false): readonly string[] {
  const verbs = ["open", "status", "logs", ...(replaced ? (["rollback"] as const) : []), "unpublish"] as const;
  return verbs.filter((verb) => provider[verb === "open" ? "status" : verb]).map((verb) => siteCommand(verb, provider, host));
}
