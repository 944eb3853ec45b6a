import { manage, statusOf } from "@datasette-publish/core";
import { openInBrowser } from "../browser.ts";
import type { HostVerb } from "./verb.ts";

/** `publish open <provider>`. */
export const open: HostVerb = {
  name: "open",
  needs: "status",
  about: "site",
  summary: "Open a published site in the browser",
  description: "Asks the host where the site is, prints its URL, and opens it.",
  examples: ["./csvs", "--name budget"],
  async run({ provider, request, json }, ctx) {
    const { name, url } = await manage(provider, request, ctx, (host) => statusOf(provider, host));
    await openInBrowser(url, json, ctx);
    return { result: { provider: provider.name, name, url }, lines: url === null ? [] : [url] };
  },
};
