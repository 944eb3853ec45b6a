import type { Job } from "@datasette-publish/workbench/protocol";
import { useEffect } from "preact/hooks";
import { useJob, type RunningJob } from "../../draft/use-job.ts";
import type { KnownSite } from "../../draft/use-site.ts";

/** What runs for a site now, also what another window started; a publish of a draft is looked at on its own screen. */
export function useSiteJob({ view, reload }: KnownSite): {
  readonly running: RunningJob | null;
  readonly follow: (job: Job) => Promise<Job>;
  readonly stop: () => Promise<void>;
} {
  const { running, follow, stop } = useJob(reload);
  const unfollowed = view?.jobs.find(({ kind, state }) => state === "running" && (kind === "rollback" || kind === "remove"));
  useEffect(() => {
    if (unfollowed !== undefined && running === null) follow(unfollowed).catch(() => {});
  }, [unfollowed?.id]);
  return { running, follow, stop };
}
