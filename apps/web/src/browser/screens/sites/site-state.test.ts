import { expect, test } from "vitest";
import type { Job, Place, Site, SiteStatus } from "@datasette-publish/workbench/protocol";
import { isAskable, siteState } from "./site-state.ts";

const job = (kind: Job["kind"], state: Job["state"], startedMs = 1): Job => ({
  id: `${kind}-${startedMs}`,
  draft: null,
  site: "pets",
  kind,
  state,
  error: null,
  result: null,
  startedMs,
  endedMs: null,
});
const site = (card: string | null, more: Partial<Site> = {}): Site => {
  const place: Place | null = card === null ? null : { card, options: {}, address: null };
  const result = { site: "pets", databases: [], files: [], leftOut: [], images: [] };
  const version = { id: "v", site: "pets", provider: "fly", place, url: null, digest: "", result, decisions: [], publishedMs: 1 };
  return {
    id: "pets",
    name: "pets",
    title: "Pets",
    folder: "/",
    project: "p",
    createdMs: 1,
    removedMs: null,
    versions: [version],
    ...more,
  };
};
const status = (state: SiteStatus["state"]): { status: SiteStatus; error: null } => ({
  status: { name: "pets", url: null, state, releases: [], facts: {} },
  error: null,
});
const unreachable = { status: null, error: { code: "HOST_UNREACHABLE", message: "", remedies: [], facts: {} } } as const;

test("what is under way comes before all else, and the newest job counts", () => {
  const jobs = [job("publish", "failed", 1), job("rollback", "running", 2), job("prepare", "running", 3)];
  expect(siteState({ site: site("fly"), jobs }, unreachable)).toBe("goingBack");
  expect(siteState({ site: site("fly"), jobs: [job("remove", "running")] }, null)).toBe("removing");
  expect(siteState({ site: site("fly"), jobs: [job("publish", "running"), job("publish", "interrupted", 0)] }, null)).toBe("publishing");
});

test("what went wrong last is told, unless the site was removed", () => {
  expect(siteState({ site: site("fly"), jobs: [job("publish", "interrupted")] }, null)).toBe("interrupted");
  expect(siteState({ site: site("fly"), jobs: [job("publish", "failed")] }, null)).toBe("failed");
  expect(siteState({ site: site("fly", { removedMs: 5 }), jobs: [job("remove", "done", 2), job("publish", "failed", 1)] }, null)).toBe(
    "removed",
  );
  expect(siteState({ site: site("fly"), jobs: [job("publish", "cancelled")] }, null)).toBe("live");
});

test("its host says whether it answers", () => {
  for (const state of ["running", "sleeping", "starting"] as const)
    expect(siteState({ site: site("fly"), jobs: [] }, status(state))).toBe("live");
  const gone = { status: null, error: { ...unreachable.error, code: "NOT_PUBLISHED" } } as const;
  for (const answer of [gone, status("failed"), status("stopped")])
    expect(siteState({ site: site("fly"), jobs: [] }, answer)).toBe("silent");
  expect(siteState({ site: site("fly"), jobs: [] }, unreachable)).toBe("unasked");
});

test("a file has no host, and this computer is not the web", () => {
  expect(siteState({ site: site("docker-file"), jobs: [] }, null)).toBe("file");
  expect(siteState({ site: site("docker-run"), jobs: [] }, status("running"))).toBe("here");
  expect(["docker-file", "docker-run", "fly", null].map((card) => isAskable({ site: site(card) }))).toEqual([false, true, true, true]);
  expect(isAskable({ site: site("fly", { removedMs: 5 }) })).toBe(false);
});
