import {
  fileCredentials,
  fileMemory,
  inAccount,
  invalidOption,
  isPublishError,
  manage,
  memoryFile,
  removeOption,
  rollback,
  statusOf,
  unpublish,
  type Context,
  type HostRequest,
  type Project,
  type Provider,
  type Release,
  type SiteStatus,
} from "@datasette-publish/core";
import { findCard, type Card } from "../places/card.ts";
import { logIn } from "../places/log-in.ts";
import type { ProvidersModule } from "../providers.ts";
import { engineUser } from "../site/engine-user.ts";
import { readLog } from "../site/read-log.ts";
import type { CardOf, CardState, SiteOf, Verbs } from "./messages.ts";
import { telling } from "./telling.ts";

/** How long a host may take to say whose a key is, in milliseconds. */
const askLimitMs = 5000;
const logLines = 100;

/** What is asked of hosts, and done at them, without a draft. Code of installed providers runs here, and not in the process that asks. */
export class HostWork {
  readonly #providers: ProvidersModule;

  constructor(providers: ProvidersModule) {
    this.#providers = providers;
  }

  /** Whose key is kept for a place, and why nothing can go there now. Never fails: a host that does not answer says nothing. */
  async look({ card: id, env }: CardOf, ctx: Context): Promise<CardState> {
    const card = await this.#card({ card: id, env });
    const limit = AbortSignal.timeout(askLimitMs);
    const signal = ctx.signal === undefined ? limit : AbortSignal.any([ctx.signal, limit]);
    const [login, missing] = await Promise.all([whose(card.provider, env, signal), engineMissing(card, env, signal)]);
    return { ...login, missing };
  }

  /** What an option takes; null where nobody says. @throws PublishError `OPTION_INVALID`, and what the host's login throws */
  async choices({ option, ...of }: Verbs["choices"]["of"], ctx: Context): Promise<readonly string[] | null> {
    const { provider, options } = await this.#card(of);
    const spec = options[option];
    if (spec === undefined) throw invalidOption(option, `There is no option ${option}.`, removeOption(option));
    const { choices = null } = spec;
    if (typeof choices !== "function") return choices;
    return inAccount(provider, { options: {}, env: of.env }, ctx, (account) => choices(account));
  }

  async logIn({ key, ...of }: Verbs["logIn"]["of"], ctx: Context): Promise<null> {
    await logIn((await this.#card(of)).provider, key, of.env, ctx);
    return null;
  }

  async status(of: SiteOf, ctx: Context): Promise<SiteStatus> {
    const { provider, request } = await this.#at(of);
    return manage(provider, request, ctx, (host) => statusOf(provider, host));
  }

  async logs(of: SiteOf, ctx: Context): Promise<readonly string[]> {
    const lines: string[] = [];
    await readLog({ ...(await this.#at(of)), follow: false, lines: logLines }, ctx, (line) => lines.push(line));
    return lines;
  }

  /** `undoable` is called once the host is going to be changed. */
  async rollback(of: Verbs["rollback"]["of"], ctx: Context, undoable: () => void): Promise<Release> {
    const { provider, request } = await this.#at(of);
    return (await rollback(telling(provider, "rollback", undoable), request, of.release, ctx)).release;
  }

  async remove(of: Verbs["remove"]["of"], ctx: Context, undoable: () => void): Promise<null> {
    const { provider, request } = await this.#at(of);
    await unpublish(telling(provider, "unpublish", undoable), request, ctx);
    return null;
  }

  async #card({ card, env }: CardOf): Promise<Card> {
    return findCard(await this.#providers.findProviders(env), card);
  }

  async #at({ site, place, env }: SiteOf): Promise<{ readonly provider: Provider; readonly request: HostRequest }> {
    const { provider, given } = await this.#card({ card: place.card, env });
    const { names } = provider;
    const named = names === undefined || place.address === null ? {} : { [names.option]: place.address };
    return { provider, request: { project: projectOf(site), options: { ...place.options, ...given, ...named }, env } };
  }
}

/** A published site as hosts know it; its data need not be here any more. */
function projectOf({ name, project: id, folder }: SiteOf["site"]): Project {
  const memory = fileMemory(folder, memoryFile, false);
  return { inputs: [{ path: folder, name }], name, isNamed: false, title: null, id, memory, files: {}, leftOut: [] };
}

async function whose(provider: Provider, env: CardOf["env"], signal: AbortSignal): Promise<Pick<CardState, "account" | "from">> {
  if (provider.login === undefined) return { account: null, from: null };
  const found = await fileCredentials(env)
    .token(provider)
    .catch(() => null);
  if (found === null) return { account: null, from: null };
  const from = found.isKept ? "kept" : found.from === provider.login.env ? "environment" : "tool";
  const asking = inAccount(provider, { options: {}, env }, { report: () => {}, signal }, async ({ account }) => account);
  return { from, account: await within(signal, asking) };
}

/** Why no engine of this machine runs a site; null: one does, or none is needed. */
async function engineMissing({ needsEngine }: Card, env: CardOf["env"], signal: AbortSignal): Promise<string | null> {
  if (!needsEngine) return null;
  const { findTrialEngine } = await import("@datasette-publish/provider-docker");
  try {
    const engine = await findTrialEngine({ ...engineUser(env), signal });
    return engine === null ? "Docker does not run on this computer. Start Docker, then look again." : null;
  } catch (error) {
    return isPublishError(error) ? error.message : "Docker on this computer does not answer.";
  }
}

/** What comes in time and well; else null. */
async function within<T>(signal: AbortSignal, work: Promise<T>): Promise<T | null> {
  const over = Promise.withResolvers<null>();
  signal.addEventListener("abort", () => over.resolve(null), { once: true });
  return Promise.race([work.catch(() => null), over.promise]);
}
