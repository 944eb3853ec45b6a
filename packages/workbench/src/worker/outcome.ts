import { isPublishError, toErrorJson } from "@datasette-publish/core";
import type { JobEnd } from "../store/job-store.ts";
import type { OwnStore } from "../store/open-store.ts";
import type { KeepIn, Published } from "./messages.ts";

/** How a change came out, from whichever process tells it: what its verb made. */
export type Outcome = { readonly made: unknown } | { readonly error: unknown };

/** Writes what came of a change at a host, and the end of its job. What was told already is not told again. */
export function keepOutcome(own: OwnStore, keep: KeepIn, outcome: Outcome): void {
  const { jobs } = own;
  if ("error" in outcome) jobs.end(keep.job, endOf(outcome.error));
  else if (jobs.get(keep.job)?.state === "running") jobs.end(keep.job, { state: "done", result: kept(own, keep, outcome.made) });
}

/** Keeps what was made, and returns the job's result. */
function kept({ drafts, sites }: OwnStore, keep: KeepIn, made: unknown): unknown {
  if (keep.kind !== "publish") {
    if (keep.kind === "remove") sites.setRemoved(keep.site);
    return made;
  }
  const published = made as Published;
  const { memoryFolder: folder, decisions, digest, draft } = keep;
  const provider = published.result.deployment?.provider ?? "";
  const version = sites.record({ ...published, folder, provider, digest, decisions }, keep.job);
  drafts.setSite(draft, version.site);
  drafts.setLive(draft, digest);
  return version.result;
}

/** How a job that threw ended. */
export function endOf(error: unknown): JobEnd {
  const isCancelled = isPublishError(error) && error.code === "CANCELLED";
  return { state: isCancelled ? "cancelled" : "failed", error: toErrorJson(error) };
}
