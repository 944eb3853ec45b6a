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
  return isThere && isAny && !hasFailed && !isHopeless;
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
  const begun = useRef<number | null>(null);
  const [refused, setRefused] = useState<Problem | null>(null);
  const { revision } = view.draft;

  const prepare = useCallback(async () => {
    try {
      setRefused(null);
      const job = await call("POST /api/drafts/:draft/prepare", { params: { draft: id } });
      tried.current.add(job.id);
      begun.current = revision;
      await follow(job);
    } catch (error) {
      setRefused(problemOf(error));
      await reload();
    }
  }, [id, revision, follow, reload]);

  const isQuiet = uploads.every(({ state }) => state === "refused" || state === "sent");
  const isWanted = isQuiet && refused === null && needsPrepare(view, tried.current);
  const isStale = running?.job.kind === "prepare" && begun.current !== null && begun.current !== revision;
  useEffect(() => {
    if (running === null && isWanted) void prepare();
    else if (isStale && running?.isStopping === false) void stop().catch(() => {});
  }, [running === null, isWanted, isStale, prepare]);
  useEffect(() => setRefused(null), [revision]);

  const last = view.jobs.find(({ kind }) => kind === "prepare");
  const failed = last?.state === "failed" && last.startedMs >= view.draft.changedMs && view.draft.prepared === null ? last.error : null;
  return { isPreparing: isWanted || running?.job.kind === "prepare", problem: refused ?? failed, prepare };
}
