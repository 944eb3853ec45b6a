import type { Job } from "@datasette-publish/workbench/protocol";
import { expect, test } from "vitest";
import type { DraftView } from "../../routes.ts";
import { needsPrepare } from "./use-prepared.ts";

const viewOf = (draft: object, jobs: readonly Partial<Job>[] = []) =>
  ({
    draft: {
      state: "files",
      prepared: null,
      folder: null,
      files: [{ name: "a.csv", sizeBytes: 1, finding: { state: "arrived" } }],
      choices: { files: {}, tables: {} },
      changedMs: 100,
      ...draft,
    },
    jobs,
  }) as unknown as DraftView;

const last = (state: Job["state"], startedMs: number) => [{ id: "j", kind: "prepare", state, startedMs }] as const;
const none = new Set<string>();

test("a draft whose files are there is prepared by itself", () => {
  expect(needsPrepare(viewOf({}), none)).toBe(true);
  expect(needsPrepare(viewOf({ folder: "/csvs", files: [] }), none)).toBe(true);
  expect(needsPrepare(viewOf({}, last("done", 150)), none)).toBe(true);
});

test("not while there is nothing to prepare, or it is prepared or published", () => {
  expect(needsPrepare(viewOf({ files: [] }), none)).toBe(false);
  expect(needsPrepare(viewOf({ prepared: "sha" }), none)).toBe(false);
  expect(needsPrepare(viewOf({ state: "live" }), none)).toBe(false);
  expect(needsPrepare(viewOf({ files: [{ name: "a", sizeBytes: 1, finding: { state: "arriving", receivedBytes: 0 } }] }), none)).toBe(
    false,
  );
  expect(needsPrepare(viewOf({ choices: { files: { "a.csv": { leaveOut: true } }, tables: {} } }), none)).toBe(false);
  expect(needsPrepare(viewOf({}, [{ id: "j", kind: "preview", state: "running", startedMs: 150 }]), none)).toBe(false);
});

test("what failed or was stopped is tried again only after a change", () => {
  for (const state of ["failed", "cancelled"] as const) {
    expect(needsPrepare(viewOf({}, last(state, 150)), none)).toBe(false);
    expect(needsPrepare(viewOf({}, last(state, 50)), none)).toBe(true);
  }
});

test("what was interrupted is tried again once", () => {
  expect(needsPrepare(viewOf({}, last("interrupted", 150)), none)).toBe(true);
  expect(needsPrepare(viewOf({}, last("interrupted", 150)), new Set(["j"]))).toBe(false);
});
