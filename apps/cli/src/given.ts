import type { Provider } from "@datasette-publish/core";
import { providerFlags, type Given } from "./flags.ts";

/**
 * Our flags and a provider's. Where both have a name or a letter the provider's is meant and ours is left out, so that a flag we add later
 * breaks no provider: a provider with a name that was reserved when it was written is refused before.
 */
export function flagsBeside<F extends object>(provider: Provider, ours: F) {
  const theirs = providerFlags(provider.options, provider.title.toUpperCase());
  const letters = new Set(Object.values(provider.options).map(({ char }) => char));
  const own = Object.entries(without(ours, theirs) as object).map(([name, flag]) => [name, withoutTaken(flag as Lettered, letters)]);
  return { ...theirs, ...(Object.fromEntries(own) as Partial<F>) };
}

interface Lettered {
  readonly char?: string;
}

function withoutTaken(flag: Lettered, letters: ReadonlySet<string | undefined>): Lettered {
  const { char, ...rest } = flag;
  return char !== undefined && letters.has(char) ? rest : flag;
}

/** {@link flagsBeside} for a verb other than publish: without what only a publish has use for, and without the name where no site is meant. */
export function flagsBesideVerb<F extends object>({ options, ...provider }: Provider, about: "site" | "account", ours: F) {
  const meant = (name: string) => about === "site" || name !== provider.names?.option;
  const kept = Object.entries(options).filter(([name, { publishOnly }]) => publishOnly !== true && meant(name));
  return flagsBeside({ ...provider, options: Object.fromEntries(kept) }, ours);
}

/** What was given for our flags. */
export function ownValues(provider: Provider, given: Given): Given {
  return without(given, providerFlags(provider.options, "")) as Given;
}

function without<T extends object>(record: T, names: object): Partial<T> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => !Object.hasOwn(names, name))) as Partial<T>;
}
