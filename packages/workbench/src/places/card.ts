import { join } from "node:path";
import {
  checkHostName,
  invalidOption,
  removeOption,
  resolveOptions,
  PublishError,
  type OptionSpec,
  type OptionValues,
  type Provider,
  type Verb,
} from "@datasette-publish/core";
import type { Place } from "../protocol.ts";

type OptionSpecs = Readonly<Record<string, OptionSpec>>;

/** A place where a site can live: a provider, with some of its options given. */
export interface Card {
  readonly id: string;
  readonly provider: Provider;
  readonly title: string;
  readonly description: string;
  /** What a form asks, by the provider's keys. */
  readonly options: OptionSpecs;
  /** What it gives beside that; `archive` is the file to write in a folder that is the version's own. */
  readonly given: OptionValues;
  readonly writesArchive: boolean;
  readonly needsEngine: boolean;
  readonly isPublic: boolean;
  readonly verbs: readonly Verb[];
}

type Preset = Omit<Card, "provider" | "options" | "verbs"> & {
  /** What the form asks, with other words than the provider's. */
  readonly asks: Readonly<Record<string, Partial<OptionSpec>>>;
  readonly hasVerbs: boolean;
};

/** Docker is two places to who publishes. What else it does, a page does not: a registry, a layout, another machine's engine. */
const dockerPresets: readonly Preset[] = [
  {
    id: "docker-file",
    title: "A file for your own server",
    description: "One file with the whole site, which Docker runs on a server of yours",
    asks: { platform: { label: "Processor of the server", description: "The processor of the server that it is for", multiple: false } },
    given: {},
    writesArchive: true,
    needsEngine: false,
    isPublic: false,
    hasVerbs: false,
  },
  {
    id: "docker-run",
    title: "Docker on this computer",
    description: "The site runs in Docker on this computer, where nobody else reaches it",
    asks: {
      port: { label: "Port", description: "The number after the colon in the site's address" },
      memory: { label: "Memory in MB", description: "The most that the site may use; 0 for no limit" },
    },
    given: { run: true },
    writesArchive: false,
    needsEngine: true,
    isPublic: false,
    hasVerbs: true,
  },
];

const allVerbs = ["status", "logs", "rollback", "unpublish", "list"] as const satisfies readonly Verb[];

/** The places of providers, in their order. */
export function cardsOf(providers: readonly Provider[]): readonly Card[] {
  return providers.flatMap((provider) => {
    const verbs = allVerbs.filter((verb) => provider[verb] !== undefined);
    if (provider.name === "docker")
      return dockerPresets.map(({ asks, hasVerbs, ...of }) => ({
        ...of,
        provider,
        options: worded(provider.options, asks),
        verbs: hasVerbs ? verbs : [],
      }));
    const { name: id, title, description } = provider;
    const own = { id, title, description, given: {}, writesArchive: false, needsEngine: false, isPublic: true };
    return [{ ...own, provider, options: askable(provider), verbs }];
  });
}

/** @throws PublishError `PROVIDER_NOT_INSTALLED` */
export function findCard(providers: readonly Provider[], id: string): Card {
  const card = cardsOf(providers).find((one) => one.id === id);
  if (card !== undefined) return card;
  throw new PublishError("PROVIDER_NOT_INSTALLED", `There is no place ${id} here.`, "Choose another place.", { provider: id });
}

/** Refuses what a form does not ask, a secret among it, and what no site could be called. @throws PublishError `OPTION_INVALID` */
export function checkPlace({ title, options: specs, provider: { names } }: Card, { options, address }: Place): void {
  resolveOptions(specs, options, {});
  if (address === null) return;
  if (names === undefined)
    throw invalidOption("address", `${title} takes no wish for an address.`, removeOption("address", "to have one made"));
  checkHostName(address, title, { ...names, option: "address" });
}

/** The options of a publish: what was chosen, and what the card gives. `folder` is of this version alone. */
export function optionsOf({ given, writesArchive }: Card, { options }: Place, folder: string, siteName: string): OptionValues {
  return { ...options, ...given, ...(writesArchive && { archive: imageFile(folder, siteName) }) };
}

/** Where the image of a version is that is made for a server of one's own. */
export function imageFile(folder: string, siteName: string): string {
  return join(folder, `${siteName}.tar`);
}

/** The place that a publish went to whose options were given otherwise than by a card; null: no card stands for it. */
export function placeOf(provider: Provider, options: OptionValues, address: string | null): Place | null {
  const isSame = ({ given, writesArchive }: Card): boolean =>
    Object.entries(given).every(([name, value]) => options[name] === value) && (!writesArchive || options["archive"] !== undefined);
  const card = cardsOf([provider]).find(isSame);
  if (card === undefined) return null;
  const asked = Object.entries(options).filter(([name]) => Object.hasOwn(card.options, name));
  return { card: card.id, options: Object.fromEntries(asked), address };
}

/** The name is the address; a page is not asked for what is of the machine, and never for a secret. */
function askable({ options, names }: Provider): OptionSpecs {
  const asked = Object.entries(options).filter(
    ([name, { secret, scope }]) => secret !== true && scope !== "machine" && name !== names?.option,
  );
  return Object.fromEntries(asked);
}

function worded(specs: OptionSpecs, asks: Preset["asks"]): OptionSpecs {
  return Object.fromEntries(Object.entries(asks).map(([name, words]) => [name, { ...specs[name]!, ...words }]));
}
