import type { Change } from "@datasette-publish/workbench/protocol";
import { useEffect, useRef, useState } from "preact/hooks";
import { call } from "../../api.ts";
import type { OpenDraft } from "../../draft/use-draft.ts";

/** What an update changes: `comparing` until it is known; `unknown` where what is public is not on this machine. */
export type KnownChange = Change | "comparing" | "unknown";

/** By digest of what was compared. */
const known = new Map<string, Change | "unknown">();

/** Compares what is prepared with what its site shows now; null for a new site. Stops when the screen is left, as other work waits for it. */
export function useChange({ id, view, running, follow, stop }: OpenDraft): KnownChange | null {
  const [, redraw] = useState(0);
  const { prepared, site } = view.draft;
  const isWanted = site !== null && view.siteTitle !== null && prepared !== null && !known.has(prepared);
  const isFree = running === null;
  useEffect(() => {
    if (!isWanted || !isFree) return;
    void compare(id, follow).then((change) => {
      if (change === null) return;
      known.set(prepared, change);
      redraw((count) => count + 1);
    });
  }, [isWanted, isFree, prepared, id, follow]);
  const leave = useRef(() => {});
  leave.current = () => void (running?.job.kind === "compare" && stop().catch(() => {}));
  useEffect(() => () => leave.current(), []);
  if (view.siteTitle === null) return null;
  return prepared === null ? "comparing" : (known.get(prepared) ?? "comparing");
}

/** Null when it was stopped, or something else runs: it is tried again. */
async function compare(draft: string, follow: OpenDraft["follow"]): Promise<Change | "unknown" | null> {
  try {
    const { state, result } = await follow(await call("POST /api/drafts/:draft/compare", { params: { draft } }));
    if (state === "done") return result as Change;
    return state === "failed" ? "unknown" : null;
  } catch {
    return "unknown";
  }
}
