import { expect, test } from "vitest";
import type { Release, Version } from "@datasette-publish/workbench/protocol";
import { knownReleases } from "./releases.ts";

const digest = `sha256:${"ab".repeat(32)}`;
const release = (id: string, more: Partial<Release> = {}): Release => ({
  id,
  current: false,
  status: "",
  description: "",
  createdAt: null,
  ...more,
});
const version = (id: string, facts: Readonly<Record<string, string>>): Version => ({
  id,
  site: "pets",
  provider: "fly",
  place: null,
  url: null,
  digest: "",
  result: {
    site: "pets",
    databases: [],
    files: [],
    leftOut: [],
    images: [],
    deployment: { provider: "fly", id: "pets", url: null, next: [], facts },
  },
  decisions: [],
  publishedMs: 1000,
});

test("a release is known by its number, or by a digest", () => {
  const versions = [version("second", { release: "v12" }), version("first", { release: digest })];
  const told = [
    release("v12", { createdAt: "2026-11-03T12:00:00Z" }),
    release(digest.slice(7, 19)),
    release("x", { description: `pets@${digest}` }),
  ];
  expect(knownReleases(told, versions).map(({ version: of, atMs }) => [of?.id, atMs])).toEqual([
    ["second", Date.UTC(2026, 10, 3, 12)],
    ["first", 1000],
    ["first", 1000],
  ]);
});

test("a release from elsewhere has no version, and perhaps no time", () => {
  const versions = [version("first", { release: "v1", region: "v12" })];
  expect(knownReleases([release("v2"), release("v3", { createdAt: "yesterday" })], versions)).toMatchObject([
    { version: undefined, atMs: null },
    { version: undefined, atMs: null },
  ]);
});

test("a change of settings is no version", () => {
  const told = [release("v3", { current: true }), release("v2", { restorable: false }), release("v1", { restorable: false })];
  expect(knownReleases(told, [version("first", { release: "v1" })]).map(({ id }) => id)).toEqual(["v3", "v1"]);
});
