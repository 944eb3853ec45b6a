import {
  blameOf,
  fileCredentials,
  inAccount,
  isPublishError,
  missingOption,
  requireOptions,
  warn,
  type Context,
  type HostedSite,
  type AccountRequest,
  type Provider,
} from "@datasette-publish/core";
import { toJson } from "../errors.ts";
import { renderTable } from "../table.ts";
import type { HostVerb, Outcome } from "./verb.ts";

type ListedSite = HostedSite & { readonly provider: string };

/** `publish list <provider>`; without a provider see `list-command.ts`. */
export const list: HostVerb = {
  name: "list",
  needs: "list",
  about: "account",
  summary: "List the published sites of an account",
  description: "Asks the host for the sites that this tool published in your account.",
  examples: ["", "--json"],
  async run({ provider, request }, ctx) {
    requireOptions(provider, request.options, request.env, "verb");
    return rendered(await sitesOf(provider, request, ctx));
  },
};

type Problem = ReturnType<typeof toJson> & { readonly provider: string };

/** Like an {@link Outcome}; `problems` has an error for each account that could not be read. */
interface ListedEverywhere extends Outcome {
  readonly result: { readonly sites: readonly ListedSite[]; readonly problems: readonly Problem[] };
}

/** The sites at every provider that has a token, or needs none and is on this machine, and needs not to be told where. One that fails is a warning, and the others are listed. */
export async function listEverywhere(providers: readonly Provider[], env: AccountRequest["env"], ctx: Context): Promise<ListedEverywhere> {
  const sites: ListedSite[] = [];
  const problems: Problem[] = [];
  for (const provider of providers) {
    if (provider.list === undefined || (provider.login !== undefined && (await fileCredentials(env).token(provider)) === null)) continue;
    if (missingOption(provider, {}, env, "verb") !== undefined) continue;
    try {
      sites.push(...(await sitesOf(provider, { options: {}, env }, ctx)));
    } catch (error) {
      if (!isPublishError(error) || ctx.signal?.aborted) throw error;
      if (provider.login === undefined && blameOf(error) === "environment") continue;
      warn(ctx, "LIST_INCOMPLETE", error.message, { ...error.facts, provider: provider.name, code: error.code }, error.remedies);
      problems.push({ provider: provider.name, ...toJson(error) });
    }
  }
  const isSilent = problems.length > 0 && sites.length === 0;
  return { result: { sites, problems }, lines: isSilent ? [] : rendered(sites).lines };
}

function sitesOf(provider: Provider, request: AccountRequest, ctx: Context): Promise<ListedSite[]> {
  return inAccount(provider, request, ctx, async (host) =>
    (await provider.list!(host)).map(({ name, url }) => ({ provider: provider.name, name, url })),
  );
}

function rendered(sites: readonly ListedSite[]): Outcome {
  return {
    result: { sites },
    lines:
      sites.length === 0
        ? ["No published sites in any account that there is a token for."]
        : renderTable(sites.map(({ provider, name, url }) => [provider, name, url ?? ""])),
  };
}
