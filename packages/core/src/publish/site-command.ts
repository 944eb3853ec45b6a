import { flag } from "../provider/options.ts";
import type { HostContext, Provider } from "../provider/provider.ts";

/** The command that looks after a site, from any folder: `publish logs heroku --app pets`. */
export function siteCommand(verb: string, { name: provider, names }: Provider, { name }: Pick<HostContext, "name">): string {
  return `publish ${verb} ${provider} ${flag(names?.option ?? "name")} ${name}`;
}
