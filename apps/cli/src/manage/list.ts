import {
  blameOf,
  findToken,
  isPublishError,
  type Context,
  type HostedSite,
  type HostRequest,
  type Provider,
} from "@datasette-publish/core";
import { renderTable } from "../summary.ts";
import { inAccount } from "./account.ts";
import type { HostVerb, Outcome } from "./verb.ts";

type ListedSite = HostedSite & { readonly provider: string };

/** `publish list <provider>`; without a provider see `list-command.ts`. */
export const list: HostVerb = {
  name: "list",
  needs: "list",
  about: "account",
  summary: "List the published sites of an account",
  description:
    "Asks the host for the sites that this tool published in your account. Without a provider: every one that you have a token for.",
  examples: ["", "--json"],
  run: async ({ provider, request }, ctx) => rendered(await sitesOf(provider, request, ctx)),
};

/** The sites at every provider that has a token, or needs none and is on this machine. One that fails is a warning, and the others are listed. */
export async function listEverywhere(providers: readonly Provider[], env: HostRequest["env"], ctx: Context): Promise<Outcome> {
  const sites: ListedSite[] = [];
  for (const provider of providers) {
    if (provider.list === undefined || (provider.login !== undefined && (await findToken(provider, env)) === null)) continue;
    try {
      sites.push(...(await sitesOf(provider, { options: {}, env }, ctx)));
    } catch (error) {
      if (!isPublishError(error) || ctx.signal?.aborted) throw error;
      if (provider.login === undefined && blameOf(error) === "environment") continue;
      ctx.report({ type: "warned", code: error.code, message: `${error.message} ${error.hint}` });
    }
  }
  return rendered(sites);
}

function sitesOf(provider: Provider, request: Pick<HostRequest, "options" | "env">, ctx: Context): Promise<ListedSite[]> {
  return inAccount(provider, request, ctx, async (host) =>
    (await provider.list!(host)).map(({ name, url }) => ({ provider: provider.name, name, url })),
  );
}

function rendered(sites: readonly ListedSite[]): Outcome {
  return {
    result: { sites },
    lines: sites.length === 0 ? ["No sites."] : renderTable(sites.map(({ provider, name, url }) => [provider, name, url ?? ""])),
  };
}
