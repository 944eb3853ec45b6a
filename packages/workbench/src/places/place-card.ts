import { labelOf, type Environment } from "@datasette-publish/core";
import type { PlaceCard, PlaceOption } from "../protocol.ts";
import type { CardState } from "../worker/messages.ts";
import type { Card } from "./card.ts";

/** A card as a page shows it, by what was found out about it. */
export function toPlaceCard(card: Card, { account, from, missing }: CardState, env: Environment): PlaceCard {
  const { id, provider, title, description, verbs, isPublic } = card;
  const { about, login, names, name } = provider;
  return {
    id,
    provider: name,
    title,
    description,
    price: about ?? null,
    login: login === undefined ? null : { url: login.url, env: login.env, account, from },
    address: names === undefined ? null : { pattern: names.pattern.source, maxLength: names.maxLength },
    options: optionsOf(card),
    verbs,
    isPublic,
    missing: missing ?? unaskedOption(card, env),
  };
}

function optionsOf({ options }: Card): PlaceOption[] {
  return Object.entries(options).map(([name, { secret: _s, env: _e, char: _c, scope: _m, choices, ...spec }]) => {
    const shown = typeof choices === "function" ? null : choices;
    const label = spec.label ?? labelOf(name);
    const description = spec.description.replaceAll(/\{(\w+)\}/g, (_, other: string) => labelOf(other).toLowerCase());
    return { ...spec, name, label, description, ...(shown !== undefined && { choices: shown }) };
  });
}

/** Why nothing can go there: what it wants is a secret or of the machine, so that no form asks it. Null: nothing is. */
function unaskedOption({ options, given, provider }: Card, env: Environment): string | null {
  for (const [name, spec] of Object.entries(provider.options)) {
    const isAsked = Object.hasOwn(options, name) || name in given || name === provider.names?.option;
    if (spec.required !== true || isAsked || (spec.env !== undefined && env[spec.env])) continue;
    const label = spec.label ?? labelOf(name);
    return spec.env === undefined
      ? `${label} cannot be given here.`
      : `Set the environment variable ${spec.env} (${label}), then start this again.`;
  }
  return null;
}
