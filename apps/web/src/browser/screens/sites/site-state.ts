import type { Job, JobKind } from "@datasette-publish/workbench/protocol";
import type { HostAnswer, SiteView } from "../../../routes.ts";

/** How a site is, as its row tells it. */
export type SiteState =
  | "publishing"
  | "removing"
  | "goingBack"
  | "interrupted"
  | "failed"
  | "removed"
  | "file"
  | "here"
  | "live"
  | "silent"
  | "unasked";

const changes: readonly JobKind[] = ["publish", "remove", "rollback"];

/** The last job that changed, or was to change, what is at the host. */
export function lastChange(jobs: readonly Job[]): Job | undefined {
  return jobs.filter(({ kind }) => changes.includes(kind)).toSorted((a, b) => b.startedMs - a.startedMs)[0];
}

/**
 * How a site is. What is under way comes first, then what went wrong last, then what its host said.
 *
 * @param answer null: its host was not asked, or has not answered yet
 */
export function siteState({ site, jobs }: Pick<SiteView, "site" | "jobs">, answer: HostAnswer | null): SiteState {
  const last = lastChange(jobs);
  if (last?.state === "running") return underWay[last.kind] ?? "publishing";
  if (last?.state === "interrupted") return "interrupted";
  if (site.removedMs !== null) return "removed";
  if (last?.state === "failed") return "failed";
  const card = site.versions[0]?.place?.card;
  if (card === "docker-file") return "file";
  if (answer !== null && answer.error !== null && answer.error.code !== "NOT_PUBLISHED") return "unasked";
  if (answer !== null && !answers(answer)) return "silent";
  return card === "docker-run" ? "here" : "live";
}

const underWay: Partial<Record<JobKind, SiteState>> = { publish: "publishing", remove: "removing", rollback: "goingBack" };

/** Whether a host says that a visitor is served. */
export function answers({ status, error }: HostAnswer): boolean {
  if (error !== null) return false;
  return status === null || ["running", "sleeping", "starting"].includes(status.state);
}

/** Whether a site has a host that can be asked how it is. */
export function isAskable({ site }: Pick<SiteView, "site">): boolean {
  return site.removedMs === null && site.versions.length > 0 && site.versions[0]?.place?.card !== "docker-file";
}
