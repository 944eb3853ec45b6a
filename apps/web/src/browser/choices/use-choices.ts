import type { Choices } from "@datasette-publish/workbench/protocol";
import { useCallback, useRef, useState } from "preact/hooks";
import { call, problemOf, type Problem } from "../api.ts";
import type { OpenDraft } from "../draft/use-draft.ts";

/** Keeps a change at once; resolves once it is kept, or could not be. */
export type Change = (make: (choices: Choices) => Choices) => Promise<void>;

export interface KeptChoices {
  /** As they are to be, also while they are being kept. */
  readonly choices: Choices;
  readonly change: Change;
  /** Takes back the last change that this page made; null: there is none. */
  readonly undo: (() => void) | null;
  /** Why the last one was not kept. */
  readonly problem: Problem | null;
}

/** The choices about a draft's data. Changes are kept one after the other, each on top of the one before. */
export function useChoices({ id, view, reload }: Pick<OpenDraft, "id" | "view" | "reload">): KeptChoices {
  const [wanted, setWanted] = useState<Choices | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const before = useRef<Choices | null>(null);
  const newest = useRef<Choices | null>(null);
  const known = useRef(view.draft.choices);
  const queue = useRef(Promise.resolve());
  known.current = view.draft.choices;

  const change = useCallback<Change>(
    (make) => {
      before.current = newest.current ?? known.current;
      const body = make(before.current);
      newest.current = body;
      setWanted(body);
      queue.current = queue.current.then(async () => {
        try {
          await call("PUT /api/drafts/:draft/choices", { params: { draft: id }, body });
          setProblem(null);
        } catch (error) {
          setProblem(problemOf(error));
        }
        if (newest.current !== body) return;
        await reload();
        newest.current = null;
        setWanted(null);
      });
      return queue.current;
    },
    [id, reload],
  );
  const undo = (): void => {
    const former = before.current;
    if (former === null) return;
    void change(() => former);
    before.current = null;
  };
  return { choices: wanted ?? view.draft.choices, change, undo: before.current && undo, problem };
}
