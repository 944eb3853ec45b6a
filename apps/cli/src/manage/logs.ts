import { Flags } from "@oclif/core";
import { PublishError } from "@datasette-publish/core";
import { readLog } from "@datasette-publish/workbench/site";
import type { HostVerb } from "./verb.ts";

/** `publish logs <provider>`. */
export const logs: HostVerb = {
  name: "logs",
  needs: "logs",
  about: "site",
  summary: "Show the log of a published site",
  description: "Prints the latest lines of the site's log; with --follow also those that come, until Ctrl-C.",
  examples: ["./csvs", "./csvs --follow", "./csvs --lines 20 --json"],
  flags: {
    follow: Flags.boolean({ description: "Go on with the lines that come, until Ctrl-C" }),
    lines: Flags.integer({ description: "How many of the latest lines", helpValue: "NUMBER", default: 100, min: 0, max: 10_000 }),
  },
  async run(call, ctx) {
    const { own, json, print } = call;
    if (own["follow"] && json)
      throw new PublishError("COMMAND_INVALID", "--json prints one document at the end, and --follow has none.", "Leave one of them out.");
    const lines: string[] = [];
    const take = (line: string) => (own["follow"] ? print(line) : void lines.push(line));
    const reader = whileRead(ctx.signal);
    try {
      const { provider, request } = call;
      const wanted = { provider, request, follow: own["follow"] === true, lines: Number(own["lines"] ?? 100) };
      const site = await readLog(wanted, { ...ctx, signal: reader }, take);
      return { result: { provider: provider.name, ...site, lines }, lines };
    } catch (error) {
      if (own["follow"] && reader.aborted) return { result: {}, lines: [] };
      throw error;
    }
  },
};

/** Aborts with `signal`, and when nobody reads stdout any more (`publish logs heroku --follow | head`). */
function whileRead(signal: AbortSignal | undefined): AbortSignal {
  const closed = new AbortController();
  process.stdout.once("error", () => closed.abort());
  return signal === undefined ? closed.signal : AbortSignal.any([signal, closed.signal]);
}
