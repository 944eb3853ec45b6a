import { isPublishError, toErrorJson } from "@datasette-publish/core";
import type { JobEnd } from "../store/job-store.ts";
import type { OwnStore } from "../store/open-store.ts";
import type { KeepIn, Published } from "./messages.ts";

/** How a publish came out, from whichever process tells it. */
export type Outcome = { readonly published: Published } | { readonly error: unknown };

/**
 * Writes what came of a publish: its version, the draft's state, and the end of its job. What was told already is not told again.
 */
export function keepOutcome({ drafts, jobs, sites }: OwnStore, keep: Omit<KeepIn, "store" | "owner">, outcome: Outcome): void {
  if ("error" in outcome) {
    jobs.end(keep.job, endOf(outcome.error));
    return;
  }
  if (jobs.get(keep.job)?.state !== "running") return;
  const { result, ...of } = outcome.published;
  const { memoryFolder: folder, decisions, digest } = keep;
  const provider = result.deployment?.provider ?? "";
  const version = sites.record({ ...of, folder, provider, result, digest, decisions }, keep.job);
  drafts.setSite(keep.draft, version.site);
  drafts.setLive(keep.draft, digest);
  jobs.end(keep.job, { state: "done", result: version.result });
}

/** How a job that threw ended. */
export function endOf(error: unknown): JobEnd {
  const isCancelled = isPublishError(error) && error.code === "CANCELLED";
  return { state: isCancelled ? "cancelled" : "failed", error: toErrorJson(error) };
}
