import type { Draft } from "@datasette-publish/workbench/protocol";
import { useCallback, useEffect, useState } from "preact/hooks";
import type { HostAnswer, SiteView } from "../../../routes.ts";
import { call, problemOf, type Problem } from "../../api.ts";
import { isAskable } from "./site-state.ts";

/** How often the list is looked at anew while something in it is under way, in milliseconds. */
const lookMs = 2000;

/** What the list shows. */
export interface Sites {
  /** Null: they are being looked up. */
  readonly sites: readonly SiteView[] | null;
  /** Those that are no site yet. */
  readonly drafts: readonly Draft[];
  /** What hosts said, by site; none yet where there is nothing. */
  readonly answers: ReadonlyMap<string, HostAnswer>;
  readonly problem: Problem | null;
  readonly reload: () => Promise<void>;
}

/** The sites and drafts; each host is asked how its site is, one after the other. */
export function useSites(): Sites {
  const [sites, setSites] = useState<readonly SiteView[] | null>(null);
  const [drafts, setDrafts] = useState<readonly Draft[]>([]);
  const [problem, setProblem] = useState<Problem | null>(null);
  const reload = useCallback(async () => {
    try {
      const [all, made] = await Promise.all([call("GET /api/sites", {}), call("GET /api/drafts", {})]);
      setDrafts(made.filter(({ site, state }) => site === null && state !== "live"));
      setSites(all);
      setProblem(null);
    } catch (error) {
      setProblem(problemOf(error));
    }
  }, []);
  const isBusy =
    drafts.some(({ state }) => state === "publishing") || sites?.some(({ jobs }) => jobs.some(({ state }) => state === "running")) === true;
  useEffect(() => {
    void reload();
    const onFocus = (): void => void reload();
    addEventListener("focus", onFocus);
    return () => removeEventListener("focus", onFocus);
  }, [reload]);
  useEffect(() => {
    if (!isBusy) return undefined;
    const timer = setInterval(() => void reload(), lookMs);
    return () => clearInterval(timer);
  }, [isBusy, reload]);
  return { sites, drafts, answers: useAnswers(sites), problem, reload };
}

/** Asks one host after the other, each once, so that the browser's few connections are there for the rest of the page. */
function useAnswers(sites: readonly SiteView[] | null): ReadonlyMap<string, HostAnswer> {
  const [answers, setAnswers] = useState<ReadonlyMap<string, HostAnswer>>(new Map());
  const next = sites?.find((view) => isAskable(view) && !answers.has(view.site.id))?.site.id;
  useEffect(() => {
    if (next === undefined) return undefined;
    const leave = new AbortController();
    const put = (answer: HostAnswer): void => setAnswers((before) => new Map(before).set(next, answer));
    call("GET /api/sites/:site/status", { params: { site: next }, signal: leave.signal }).then(put, (error: unknown) => {
      if (leave.signal.aborted) return;
      const { code, ...rest } = problemOf(error);
      put({
        status: null,
        error: { ...rest, code: code === "OFFLINE" || code === "KEY_WRONG" || code === "ANSWER_INVALID" ? "INTERNAL" : code },
      });
    });
    return () => leave.abort();
  }, [next]);
  return answers;
}
