import type { Decision, FindingKey } from "@datasette-publish/workbench/protocol";
import { useState } from "preact/hooks";
import type { Routes } from "../../../routes.ts";
import { call, problemOf, type Problem } from "../../api.ts";
import type { OpenDraft } from "../../draft/use-draft.ts";

export interface Decisions {
  readonly decisions: readonly Decision[];
  /** Keeps a decision about columns; null takes it back. Answers whether it was kept. */
  readonly decide: (findings: readonly FindingKey[], decision: Decision["decision"] | null) => Promise<boolean>;
  /** Takes what was decided along to another name of a table, or of one of its columns. */
  readonly rename: (from: Place, to: Place) => Promise<void>;
  readonly problem: Problem | null;
}

/** A table, or one column of it. */
export interface Place {
  readonly table: string;
  readonly column?: string;
}

/** What was decided about columns that look like private data. */
export function useDecisions({ id, view, reload }: OpenDraft): Decisions {
  const [problem, setProblem] = useState<Problem | null>(null);
  const { decisions } = view.draft;
  const put = (body: Routes["PUT /api/drafts/:draft/decisions"]["body"]): Promise<unknown> =>
    call("PUT /api/drafts/:draft/decisions", { params: { draft: id }, body });
  const keep = async (work: () => Promise<void>): Promise<boolean> => {
    try {
      await work();
      setProblem(null);
      return true;
    } catch (error) {
      setProblem(problemOf(error));
      return false;
    } finally {
      await reload();
    }
  };
  return {
    decisions,
    decide: (findings, decision) =>
      keep(async () => {
        for (const { database, table, column, kind } of findings) await put({ database, table, column, kind, decision });
      }),
    rename: async (from, to) => {
      const moved = decisions.filter(
        ({ database, table, column }) => database === null && table === from.table && (from.column ?? column) === column,
      );
      if (moved.length === 0) return;
      await keep(async () => {
        for (const { database, table, column, kind, decision } of moved) {
          await put({ database, table: to.table, column: to.column ?? column, kind, decision });
          await put({ database, table, column, kind, decision: null });
        }
      });
    },
    problem,
  };
}
