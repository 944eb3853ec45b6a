import { Flags } from "@oclif/core";
import { PublishError, unpublish as remove, type Context } from "@datasette-publish/core";
import { ask, canAsk } from "../terminal.ts";
import { findSite } from "./status.ts";
import type { HostVerb } from "./verb.ts";

/** `publish unpublish <provider>`. */
export const unpublish: HostVerb = {
  name: "unpublish",
  needs: "unpublish",
  about: "site",
  summary: "Remove a published site from its host",
  description: "Removes the site and all it has at the host, after you typed its name. Your files stay as they are.",
  examples: ["./csvs", "./csvs --yes"],
  flags: { yes: Flags.boolean({ description: "do not ask" }) },
  async run(call, ctx) {
    const asks = call.own["yes"] !== true;
    if (asks && !canAsk()) throw cannotAsk();
    const site = await findSite(call, ctx);
    if (asks) await confirm(site, call.provider.title, ctx);
    const { name } = await remove(call.provider, call.request, ctx);
    return { result: { provider: call.provider.name, name, url: site.url }, lines: [`${name} is removed from ${call.provider.title}.`] };
  },
};

async function confirm({ name, url }: { name: string; url: string | null }, title: string, { signal }: Context): Promise<void> {
  process.stderr.write(`This removes ${name}${url === null ? "" : ` (${url})`} and all it has from ${title}. It cannot be undone.\n`);
  if ((await ask(`Type ${name} to go on: `, signal)).trim() === name) return;
  throw new PublishError("CANCELLED", "That is not its name: nothing was removed.", "Type the name as it is shown.", { name });
}

function cannotAsk(): PublishError {
  return new PublishError(
    "COMMAND_INVALID",
    "unpublish asks before it removes anything, and there is no terminal to ask in.",
    "Add --yes if you are sure.",
    { option: "yes" },
  );
}
