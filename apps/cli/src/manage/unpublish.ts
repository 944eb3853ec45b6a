import { Flags } from "@oclif/core";
import { PublishError, unpublish as remove, type Context, type HostedSite } from "@datasette-publish/core";
import { printable } from "../printable.ts";
import { ask, canAsk } from "../terminal.ts";
import type { HostVerb } from "./verb.ts";

/** `publish unpublish <provider>`. */
export const unpublish: HostVerb = {
  name: "unpublish",
  needs: "unpublish",
  about: "site",
  summary: "Remove a published site from its host",
  description: "Removes the site and all it has at the host, after you typed its name. Your files stay as they are.",
  examples: ["./csvs", "./csvs --yes"],
  flags: { yes: Flags.boolean({ description: "Remove it without asking" }) },
  async run(call, ctx) {
    const asks = call.own["yes"] !== true;
    if (asks && !canAsk()) throw cannotAsk();
    const { provider, request } = call;
    const agree = asks ? (site: HostedSite) => confirm(site, provider.title, ctx) : undefined;
    const { name, url } = await remove(provider, request, ctx, agree);
    return { result: { provider: provider.name, name, url }, lines: [`${name} is removed from ${provider.title}.`] };
  },
};

/** @throws PublishError `CANCELLED` at Ctrl-C or without an answer, `COMMAND_INVALID` for another name */
async function confirm({ name, url }: HostedSite, title: string, { signal }: Context): Promise<void> {
  const shown = printable(`${name}${url === null ? "" : ` (${url})`}`);
  process.stderr.write(`This removes ${shown} and all it has from ${title}. It cannot be undone.\n`);
  const answer = await ask(`Type ${printable(name)} to go on: `, signal).catch(() => "");
  if (answer.trim() === name) return;
  const [code, why] = answer.trim() === "" ? (["CANCELLED", "Cancelled"] as const) : (["COMMAND_INVALID", "That is not its name"] as const);
  throw new PublishError(code, `${why}: nothing was removed.`, "To remove it, run the command again and type the name as it is shown.", {
    name,
  });
}

function cannotAsk(): PublishError {
  return new PublishError(
    "COMMAND_INVALID",
    "unpublish asks before it removes anything, and there is no terminal to ask in.",
    "Add --yes if you are sure.",
    { option: "yes" },
  );
}
