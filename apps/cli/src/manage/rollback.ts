import { Flags } from "@oclif/core";
import { rollback as goBack } from "@datasette-publish/core";
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
  flags: { to: Flags.string({ description: "The release to go back to", helpValue: "RELEASE" }), timeout: commonFlags.timeout },
  async run({ provider, request, own }, ctx) {
    const { name, release } = await goBack(provider, request, own["to"] as string | undefined, ctx);
    return {
      result: { provider: provider.name, name, release },
      lines: [`${name} is at release ${release.id}${release.description && `: ${release.description}`}`],
    };
  },
};
