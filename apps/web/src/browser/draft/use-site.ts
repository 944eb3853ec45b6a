import { useCallback, useEffect, useState } from "preact/hooks";
import type { SiteView } from "../../routes.ts";
import { call, problemOf, type Problem } from "../api.ts";

/** A site that is on the screen, or that a draft is an update of. */
export interface KnownSite {
  /** Null: none was asked for, or its answer is not there yet. */
  readonly view: SiteView | null;
  readonly problem: Problem | null;
  readonly reload: () => Promise<void>;
}

/** Loads a site; null is none. */
export function useSite(id: string | null): KnownSite {
  const [view, setView] = useState<SiteView | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const reload = useCallback(async () => {
    if (id === null) return;
    try {
      setView(await call("GET /api/sites/:site", { params: { site: id } }));
      setProblem(null);
    } catch (error) {
      setProblem(problemOf(error));
    }
  }, [id]);
  useEffect(() => void reload(), [reload]);
  return { view, problem, reload };
}
