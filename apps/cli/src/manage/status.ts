import { manage, statusOf, type HostContext, type SiteStatus } from "@datasette-publish/core";
import { factRows, formatTime } from "../facts.ts";
import { renderTable } from "../table.ts";
import type { Call, HostVerb, Outcome } from "./verb.ts";

/** `publish status <provider>`. */
export const status: HostVerb = {
  name: "status",
  needs: "status",
  about: "site",
  summary: "Show the state of a published site",
  description: "Asks the host for the site's state, its URL and its releases, the latest first.",
  examples: ["./csvs", "./csvs --json", "--name budget"],
  run: (call, ctx) => manage(call.provider, call.request, ctx, async (host) => outcome(await statusOf(call.provider, host), host, call)),
};

function outcome(found: SiteStatus, { siteName }: HostContext, { provider }: Call): Outcome {
  const releases = found.releases.map((release) => [
    `  ${release.current ? "*" : " "} ${release.id}`,
    !release.current && release.restorable === false ? `${release.status}, no way back` : release.status,
    formatTime(release.createdAt),
    release.description,
  ]);
  return {
    result: { site: siteName, provider: provider.name, ...found },
    lines: [
      `${found.name} is ${found.state}${found.url === null ? "" : ` at ${found.url}`}`,
      ...renderTable(factRows(found.facts)),
      ...(releases.length > 0 ? ["", "Releases:", ...renderTable(releases)] : []),
    ],
  };
}
