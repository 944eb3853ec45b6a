import { countOf, formatBytes, formatShare } from "./format.ts";

/** What is done while somebody waits, by the id of its step up to a colon. Steps that are not here are told in core's words. */
const steps: Readonly<Record<string, string | undefined>> = {
  convert: "Reading your files",
  copy: "Reading a database",
  unpack: "Unpacking a zip",
};

export const progress = {
  step: (id: string, title: string) => steps[id.replace(/:.*/s, "")] ?? title,
  /** How far a step is: a share where that is known, otherwise what has been done. */
  done: (done: number, total: number | null, unit: "bytes" | "rows") =>
    total === null ? (unit === "rows" ? countOf(done, "row", "rows") : formatBytes(done)) : formatShare(done, total),
  outcomes: { done: "done", cached: "done before", unchanged: "nothing to do", failed: "failed", cancelled: "stopped" },
  retrying: (reason: string) => `${reason} Trying again…`,
  lost: "Datasette Publish does not answer; waiting for it…",
};
