import { Flags } from "@oclif/core";
import { manage } from "@datasette-publish/core";
import { commonFlags } from "../publish/common-flags.ts";
import type { HostVerb } from "./verb.ts";

/** `publish rollback <provider>`. */
export const rollback: HostVerb = {
  name: "rollback",
  needs: "rollback",
  about: "site",
  summary: "Go back to an earlier release of a site",
  description: "Serves the release before the current one again, or the one that --to names; publish status lists them.",
  examples: ["./csvs", "./csvs --to v12"],
  flags: { to: Flags.string({ description: "the release to go back to", helpValue: "RELEASE" }), timeout: commonFlags.timeout },
  run: ({ provider, request, own }, ctx) =>
    manage(provider, request, ctx, async (host) => {
      const release = await provider.rollback!(host, own["to"] as string | undefined);
      return {
        result: { provider: provider.name, site: host.siteName, name: host.name, release },
        lines: [`${host.name} serves ${release.id} again${release.description && `: ${release.description}`}`],
      };
    }),
};
