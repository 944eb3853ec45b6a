import type { PlaceCard } from "@datasette-publish/workbench/protocol";
import { useId } from "preact/hooks";
import { Icon } from "../../parts/icon.tsx";
import { words } from "../../words/en.ts";
import { formatDay } from "../../words/format.ts";
import { cardWords } from "./place-words.ts";

const says = words.publish.places;

interface PlaceCardsProps {
  readonly cards: readonly PlaceCard[];
  readonly chosen: string | null;
  readonly onChoose: (card: PlaceCard) => void;
}

/** The places, of which one is chosen: what each is, what it costs, who will see the site, and why it cannot be chosen. */
export function PlaceCards({ cards, chosen, onChoose }: PlaceCardsProps) {
  const name = useId();
  if (cards.length === 0) return <p>{says.none}</p>;
  return (
    <fieldset class="places">
      <legend class="hidden">{says.legend}</legend>
      {cards.map((card) => (
        <OnePlace key={card.id} card={card} name={name} isChosen={card.id === chosen} onChoose={onChoose} />
      ))}
    </fieldset>
  );
}

interface OnePlaceProps {
  readonly card: PlaceCard;
  readonly name: string;
  readonly isChosen: boolean;
  readonly onChoose: (card: PlaceCard) => void;
}

function OnePlace({ card, name, isChosen, onChoose }: OnePlaceProps) {
  const id = `${name}-${card.id}`;
  const { title, description } = cardWords(card);
  return (
    <div class="place">
      <input
        type="radio"
        id={id}
        name={name}
        checked={isChosen}
        disabled={card.missing !== null}
        aria-describedby={`${id}-text`}
        onChange={() => onChoose(card)}
      />
      <label for={id}>{title}</label>
      <div class="place-text" id={`${id}-text`}>
        <p>{description}</p>
        <p class="place-audience">
          <Icon name={card.isPublic ? "globe" : "lock"} /> {says.audience[card.id] ?? says.audience[card.isPublic ? "public" : "private"]}
        </p>
        <PriceLine card={card} title={title} />
        {card.login && <p class="hint">{card.login.account === null ? says.needsKey : says.signedIn(card.login.account)}</p>}
        {card.missing !== null && (
          <p class="place-missing">
            <Icon name="warning" /> {card.missing}
          </p>
        )}
      </div>
    </div>
  );
}

/** What it costs, in the host's words; where nobody knows, that is said. */
function PriceLine({ card: { id, price }, title }: { readonly card: PlaceCard; readonly title: string }) {
  if (price === null) return <p class="hint">{says.cards[id]?.price || says.noPrice(title)}</p>;
  return (
    <p class="hint">
      {price.text} {says.asOf(formatDay(Date.parse(price.asOf)))}{" "}
      <a href={price.url} target="_blank" rel="noreferrer">
        {says.priceList}
        <span class="hidden"> {words.app.newTab}</span>
      </a>
    </p>
  );
}
