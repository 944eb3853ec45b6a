import type { Decision } from "@datasette-publish/workbench/protocol";
import { useState } from "preact/hooks";
import { call, problemOf, type Problem } from "../../api.ts";
import type { OpenDraft } from "../../draft/use-draft.ts";
import type { PrivateItem } from "./private-items.ts";

export interface Decisions {
  readonly decisions: readonly Decision[];
  /** Keeps a decision about columns; null takes it back. Answers whether it was kept. */
  readonly decide: (items: readonly PrivateItem[], decision: Decision["decision"] | null) => Promise<boolean>;
  readonly problem: Problem | null;
}

/** What was decided about columns that look like private data. */
export function useDecisions({ id, view, reload }: OpenDraft): Decisions {
  const [problem, setProblem] = useState<Problem | null>(null);
  const decide: Decisions["decide"] = async (items, decision) => {
    try {
      for (const { table, column, kind } of items)
        await call("PUT /api/drafts/:draft/decisions", { params: { draft: id }, body: { table, column, kind, decision } });
      setProblem(null);
      return true;
    } catch (error) {
      setProblem(problemOf(error));
      return false;
    } finally {
      await reload();
    }
  };
  return { decisions: view.draft.decisions, decide, problem };
}
