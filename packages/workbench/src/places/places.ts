import { PublishError, fileCredentials, type Environment, type Provider } from "@datasette-publish/core";
import type { Place, PlaceCard } from "../protocol.ts";
import type { ChildWorker } from "../worker/child-worker.ts";
import type { CardState } from "../worker/messages.ts";
import { cardsOf, checkPlace, findCard, type Card } from "./card.ts";
import { toPlaceCard } from "./place-card.ts";

/** How long it counts whose a key is, in milliseconds: nobody revokes one twice a minute. */
const keptMs = 60_000;

/** How long an answer is waited for, whatever a provider's code does, in milliseconds. */
const limitMs = 10_000;

interface PlacesOptions {
  readonly env: Environment;
  /** Providers as they are described; none of an installed one's code runs for that. */
  readonly findProviders: () => Promise<readonly Provider[]>;
  /** The process that asks hosts. */
  readonly worker: () => ChildWorker;
  readonly now: () => number;
}

/** Where sites can live, and whose keys are kept for that. */
export class Places {
  readonly #options: PlacesOptions;
  readonly #states = new Map<string, { readonly untilMs: number; readonly state: Promise<CardState> }>();

  constructor(options: PlacesOptions) {
    this.#options = options;
  }

  /** All of them. Their hosts are asked at once, and each has a few seconds to answer. */
  async list(): Promise<readonly PlaceCard[]> {
    const cards = cardsOf(await this.#options.findProviders());
    return Promise.all(cards.map((card) => this.#show(card)));
  }

  /** @throws PublishError `PROVIDER_NOT_INSTALLED` */
  async find(id: string): Promise<Card> {
    return findCard(await this.#options.findProviders(), id);
  }

  /** @throws PublishError `PROVIDER_NOT_INSTALLED`, `OPTION_INVALID` */
  async check(place: Place): Promise<void> {
    checkPlace(await this.find(place.card), place);
  }

  async choices(card: string, option: string, signal = AbortSignal.timeout(limitMs)): Promise<readonly string[] | null> {
    const { env } = this.#options;
    return this.#options.worker().ask("choices", { card, option, env }, { signal });
  }

  /** Keeps a key once the host has said whose it is. @throws PublishError `CREDENTIALS_INVALID`, and what the host's login throws */
  async keepKey(id: string, key: string, signal?: AbortSignal): Promise<PlaceCard> {
    const card = await this.#withLogin(id);
    await this.#options.worker().ask("logIn", { card: id, key, env: this.#options.env }, signal && { signal });
    return this.#showAnew(card);
  }

  /** Forgets what was kept; the key stays valid, and one that is elsewhere goes on being used. */
  async forgetKey(id: string): Promise<PlaceCard> {
    const card = await this.#withLogin(id);
    await fileCredentials(this.#options.env).forget(card.provider.name);
    return this.#showAnew(card);
  }

  async #withLogin(id: string): Promise<Card> {
    const card = await this.find(id);
    if (card.provider.login !== undefined) return card;
    throw new PublishError("COMMAND_INVALID", `${card.title} needs no access key.`, [], { provider: card.provider.name });
  }

  async #showAnew(card: Card): Promise<PlaceCard> {
    this.#states.delete(card.id);
    return this.#show(card);
  }

  async #show(card: Card): Promise<PlaceCard> {
    const { now, env } = this.#options;
    const known = this.#states.get(card.id);
    const state = known !== undefined && known.untilMs > now() ? known.state : this.#look(card);
    this.#states.set(card.id, { untilMs: known?.state === state ? known.untilMs : now() + keptMs, state });
    const found = await state;
    // Who is told to start something looks again at once.
    if (found.missing !== null) this.#states.delete(card.id);
    return toPlaceCard(card, found, env);
  }

  async #look({ id, provider, needsEngine }: Card): Promise<CardState> {
    const nothing = { account: null, from: null, missing: null };
    if (provider.login === undefined && !needsEngine) return nothing;
    const signal = AbortSignal.timeout(limitMs);
    const asked = this.#options.worker().ask("look", { card: id, env: this.#options.env }, { signal });
    return asked.catch(() => nothing);
  }
}
