import type { PlaceCard } from "@datasette-publish/workbench/protocol";
import type { Problem } from "../../api.ts";
import { publish as words } from "../../words/publish.ts";

/** What a card says: in the words of the page where it has them, otherwise in those of its provider. */
export function cardWords({ id, title, description }: Pick<PlaceCard, "id" | "title" | "description">): {
  title: string;
  description: string;
} {
  const own = words.places.cards[id];
  return { title: own?.title ?? title, description: own?.description ?? description };
}

/** What a place is called within a sentence. `provider` names one that no card stands for. */
export function placeName(card: string | undefined, cards: readonly PlaceCard[], provider = ""): string {
  const own = card === undefined ? undefined : (words.places.names[card] ?? cards.find(({ id }) => id === card)?.title);
  return own ?? cards.find((one) => one.provider === provider)?.title ?? provider;
}

/** Who can see a site at a place, once it is published. */
export function tellAudience({ id, isPublic }: Pick<PlaceCard, "id" | "isPublic">): string {
  if (isPublic) return words.plan.public;
  return id === "docker-file" ? words.plan.file : words.plan.here;
}

/** Whether a place is this computer, not a host that is asked. */
export const isHere = ({ provider }: Pick<PlaceCard, "provider">): boolean => provider === "docker";

/** A problem in the words of the page: those about access keys speak of other things. */
export function withPlainWords(problem: Problem, place: string): Problem {
  const message = words.key.problems[problem.code];
  return message === undefined ? problem : { ...problem, message: message(place) };
}
