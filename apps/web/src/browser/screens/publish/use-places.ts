import type { PlaceCard } from "@datasette-publish/workbench/protocol";
import { useCallback, useEffect, useState } from "preact/hooks";
import { call, problemOf, type Problem } from "../../api.ts";

/** The places where a site can live. */
export interface Places {
  /** Null: they are being looked at. */
  readonly cards: readonly PlaceCard[] | null;
  readonly problem: Problem | null;
  readonly reload: () => Promise<void>;
  /** Takes over what a route answered of one card. */
  readonly put: (card: PlaceCard) => void;
}

export function usePlaces(): Places {
  const [cards, setCards] = useState<readonly PlaceCard[] | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const reload = useCallback(async () => {
    setProblem(null);
    try {
      setCards(await call("GET /api/places", {}));
    } catch (error) {
      setProblem(problemOf(error));
    }
  }, []);
  useEffect(() => void reload(), []);
  const put = useCallback((card: PlaceCard) => setCards((all) => all && all.map((one) => (one.id === card.id ? card : one))), []);
  return { cards, problem, reload, put };
}
