import type { Job, PreparedReport } from "@datasette-publish/workbench/protocol";
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { DraftView } from "../../routes.ts";
import { call, problemOf, type Problem } from "../api.ts";
import { useJob, type RunningJob } from "./use-job.ts";

/** A draft that is on the screen. */
export interface OpenDraft {
  readonly id: string;
  /** The newest that is known. */
  readonly view: DraftView;
  /** What it came to when it was last prepared: it may have changed since. */
  readonly report: PreparedReport | null;
  /** What runs for it now; also what another window started. */
  readonly running: RunningJob | null;
  /** Asks for the view again. What changes a draft by a route of its own calls it. */
  readonly reload: () => Promise<void>;
  /** Follows a job that a route started. Answers how it ended, once the view is newer than its end. */
  readonly follow: (job: Job) => Promise<Job>;
  /** Stops what runs. */
  readonly stop: () => Promise<void>;
}

/** A draft, loaded and kept up to date: after each job's end, and when the window is looked at again. */
export function useDraft(id: string): { readonly draft: OpenDraft | null; readonly problem: Problem | null } {
  const [view, setView] = useState<DraftView | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const asked = useRef(0);
  const report = useRef<PreparedReport | null>(null);
  const reload = useCallback(async () => {
    const turn = ++asked.current;
    try {
      const answer = await call("GET /api/drafts/:draft", { params: { draft: id } });
      if (turn !== asked.current) return;
      setView(answer);
      setProblem(null);
    } catch (error) {
      if (turn === asked.current) setProblem(problemOf(error));
    }
  }, [id]);
  const { running, follow, stop } = useJob(reload);
  useEffect(() => {
    const onFocus = (): void => void reload();
    onFocus();
    addEventListener("focus", onFocus);
    return () => removeEventListener("focus", onFocus);
  }, [reload]);
  const unfollowed = view?.jobs.find(({ state }) => state === "running");
  useEffect(() => {
    if (unfollowed !== undefined && running === null) void follow(unfollowed).catch(() => {});
  }, [unfollowed?.id]);
  if (view?.report) report.current = view.report;
  return { draft: view && { id, view, report: report.current, running, reload, follow, stop }, problem };
}
