import type { JobKind } from "@datasette-publish/workbench/protocol";
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { DraftView } from "../../routes.ts";
import { call, problemOf, type Problem } from "../api.ts";
import { useUploads } from "../files/uploads.ts";
import type { OpenDraft } from "./use-draft.ts";

/** Whether a draft is to be prepared without anybody asking: its files are there, and what it is now has not been tried. */
export function needsPrepare({ draft, jobs }: DraftView, tried: ReadonlySet<string>): boolean {
  const { state, prepared, folder, files, choices, changedMs } = draft;
  if (prepared !== null || state === "publishing" || state === "live") return false;
  const isThere = files.every(({ finding }) => finding.state !== "arriving");
  const isAny = folder !== null || files.some(({ name }) => choices.files[name]?.leaveOut !== true);
  const last = jobs.find(({ kind }) => kind === "prepare");
  const hasFailed = last !== undefined && last.startedMs >= changedMs && (last.state === "failed" || last.state === "cancelled");
  const isHopeless = last !== undefined && last.state === "interrupted" && tried.has(last.id);
  const isBusy = jobs.some((job) => job.state === "running");
  return isThere && isAny && !isBusy && !hasFailed && !isHopeless;
}

/** How long after a change it is prepared again, in milliseconds: more changes may come. */
const settleMs = 400;

/** Work that is of no use any more once files or choices have changed. */
function isOfFiles(kind: JobKind): boolean {
  return kind === "prepare" || kind === "preview" || kind === "compare" || kind === "plan";
}

export interface Preparing {
  /** It is being prepared, or is going to be. */
  readonly isPreparing: boolean;
  /** Why it could not be, as it is now. */
  readonly problem: Problem | null;
  /** Tries again. */
  readonly prepare: () => Promise<void>;
}

/** Keeps a draft prepared: begins when its files are there, and again after each change; what was begun before a change is stopped. */
export function usePrepared({ id, view, running, reload, follow, stop }: OpenDraft): Preparing {
  const uploads = useUploads(id);
  const tried = useRef(new Set<string>());
  const isAsking = useRef(false);
  const hasBegun = useRef(false);
  const [refused, setRefused] = useState<Problem | null>(null);
  const { revision } = view.draft;

  const prepare = useCallback(async () => {
    if (isAsking.current) return;
    isAsking.current = true;
    setRefused(null);
    try {
      const job = await call("POST /api/drafts/:draft/prepare", { params: { draft: id } });
      tried.current.add(job.id);
      hasBegun.current = true;
      void follow(job).catch(() => {});
    } catch (error) {
      const problem = problemOf(error);
      // What another window began is followed.
      if (problem.code !== "JOB_RUNNING") setRefused(problem);
      await reload();
    } finally {
      isAsking.current = false;
    }
  }, [id, follow, reload]);

  const isQuiet = uploads.every(({ state }) => state === "refused" || state === "sent");
  const isWanted = isQuiet && refused === null && needsPrepare(view, tried.current);
  const isStale = running !== null && running.job.startedMs < view.draft.changedMs && isOfFiles(running.job.kind);
  useEffect(() => {
    if (isStale && !running.isStopping) void stop().catch(() => {});
    if (running !== null || !isWanted) return undefined;
    const timer = setTimeout(() => void prepare(), hasBegun.current ? settleMs : 0);
    return () => clearTimeout(timer);
  }, [running === null, isWanted, isStale, prepare]);
  useEffect(() => setRefused(null), [revision]);

  const last = view.jobs.find(({ kind }) => kind === "prepare");
  const failed = last?.state === "failed" && last.startedMs >= view.draft.changedMs && view.draft.prepared === null ? last.error : null;
  return { isPreparing: isWanted || running?.job.kind === "prepare", problem: refused ?? failed, prepare };
}
