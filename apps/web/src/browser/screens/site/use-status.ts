import { useCallback, useEffect, useState } from "preact/hooks";
import type { HostAnswer } from "../../../routes.ts";
import { call, problemOf, type Problem } from "../../api.ts";

/** What a site's host says of it now. */
export interface Asked {
  /** Null: it was not asked, or has not answered yet. */
  readonly answer: HostAnswer | null;
  readonly isAsking: boolean;
  /** Why the host could not be asked at all. */
  readonly problem: Problem | null;
  readonly ask: () => void;
}

/** Asks a site's host how it is, and again whenever `key` changes. */
export function useStatus(site: string, isAskable: boolean, key: string): Asked {
  const [answer, setAnswer] = useState<HostAnswer | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isAsking, setAsking] = useState(isAskable);
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    setAsking(isAskable);
    if (!isAskable) return undefined;
    setProblem(null);
    const leave = new AbortController();
    const ask = call("GET /api/sites/:site/status", { params: { site }, signal: leave.signal });
    const end = (set: () => void): void => {
      if (leave.signal.aborted) return;
      set();
      setAsking(false);
    };
    ask.then(
      (said) => end(() => setAnswer(said)),
      (error: unknown) => end(() => setProblem(problemOf(error))),
    );
    return () => leave.abort();
  }, [site, isAskable, key, turn]);
  return { answer, isAsking, problem, ask: useCallback(() => setTurn((one) => one + 1), []) };
}
