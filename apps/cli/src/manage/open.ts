import { openInBrowser } from "../browser.ts";
import { findSite } from "./status.ts";
import type { HostVerb } from "./verb.ts";

/** `publish open <provider>`. */
export const open: HostVerb = {
  name: "open",
  needs: "status",
  about: "site",
  summary: "Open a published site in the browser",
  description: "Asks the host where the site is, prints its URL, and opens it.",
  examples: ["./csvs", "--name budget"],
  async run(call, ctx) {
    const { name, url } = await findSite(call, ctx);
    await openInBrowser(url, call.json, ctx);
    return { result: { provider: call.provider.name, name, url }, lines: url === null ? [] : [url] };
  },
};
