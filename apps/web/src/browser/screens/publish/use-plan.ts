import type { Job, Place, Plan } from "@datasette-publish/workbench/protocol";
import { useState } from "preact/hooks";
import type { Problem } from "../../api.ts";
import { useAutoJob, usePreparedToo } from "../../draft/use-auto-job.ts";
import type { OpenDraft } from "../../draft/use-draft.ts";

/** What would happen at a place. */
export interface PlanState {
  /** Null: it is not known, or was of something else. */
  readonly plan: Plan | null;
  readonly problem: Problem | null;
  readonly retry: () => void;
}

/** Finds out what would happen at a place, again after each change of it. `place` is null until it can be asked for. */
export function usePlan(draft: OpenDraft, place: Place | null): PlanState {
  const preparing = usePreparedToo(draft);
  const { prepared } = draft.view.draft;
  const key = JSON.stringify([prepared, place]);
  const [planned, setPlanned] = useState<{ readonly key: string; readonly plan: Plan } | null>(null);
  const isWanted = prepared !== null && place !== null && planned?.key !== key;
  const onDone = ({ result }: Job): void => setPlanned({ key, plan: result as Plan });
  const planning = useAutoJob(draft, "POST /api/drafts/:draft/plan", { isWanted, key, onDone });
  const problem = preparing.problem ?? planning.problem;
  const retry = (): void => (preparing.problem === null ? planning.retry() : void preparing.prepare());
  return { plan: planned?.key === key && isFor(planned.plan, prepared) ? planned.plan : null, problem, retry };
}

const isFor = ({ digest }: Plan, prepared: string | null): boolean => digest === prepared;
