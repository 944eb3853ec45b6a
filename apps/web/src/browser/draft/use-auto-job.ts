import type { Job } from "@datasette-publish/workbench/protocol";
import { useEffect, useState } from "preact/hooks";
import { call, plainProblem, problemOf, type Problem } from "../api.ts";
import type { OpenDraft } from "./use-draft.ts";
import { usePrepared, type Preparing } from "./use-prepared.ts";

type Route = "POST /api/drafts/:draft/prepare" | "POST /api/drafts/:draft/preview" | "POST /api/drafts/:draft/plan";

/** When a job is started, and what hears of its end. */
interface AutoJob {
  readonly isWanted: boolean;
  /** What it is made of: what failed is not tried again before this changes. */
  readonly key: string;
  readonly onDone?: (job: Job) => void;
}

/** Starts a job as soon as it is wanted and nothing else runs for the draft. `problem` says why it failed. */
export function useAutoJob(
  draft: OpenDraft,
  route: Route,
  { isWanted, key, onDone }: AutoJob,
): { problem: Problem | null; retry: () => void } {
  const [isStarting, setStarting] = useState(false);
  const [failed, setFailed] = useState<{ readonly key: string; readonly problem: Problem } | null>(null);
  const isNeeded = isWanted && draft.running === null && !isStarting && failed?.key !== key;
  useEffect(() => {
    if (!isNeeded) return;
    setStarting(true);
    const start = async (): Promise<void> => {
      try {
        const job = await draft.follow(await call(route, { params: { draft: draft.id } }));
        if (job.state === "done") onDone?.(job);
        // One that was cancelled was of something else than there is now.
        setFailed(job.state === "failed" || job.state === "interrupted" ? { key, problem: job.error ?? plainProblem("INTERNAL") } : null);
      } catch (error) {
        const problem = problemOf(error);
        if (problem.code === "JOB_RUNNING") await draft.reload();
        else setFailed({ key, problem });
      } finally {
        setStarting(false);
      }
    };
    void start();
  }, [isNeeded, key]);
  return { problem: failed?.key === key ? failed.problem : null, retry: () => setFailed(null) };
}

/** Keeps a draft prepared, as `usePrepared` does, and also one that is live: its screens show it as it would be published again. */
export function usePreparedToo(draft: OpenDraft): Preparing {
  const preparing = usePrepared(draft);
  const { state, prepared, revision } = draft.view.draft;
  const isWanted = state === "live" && prepared === null;
  const live = useAutoJob(draft, "POST /api/drafts/:draft/prepare", { isWanted, key: String(revision) });
  return { ...preparing, problem: preparing.problem ?? live.problem };
}
