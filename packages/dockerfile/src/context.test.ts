import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { emptyServe, type Site } from "@datasette-publish/core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { contextFiles, type Contents } from "./context.ts";

const decoder = new TextDecoder();
let dir: string;
let site: Site;
let contents: Contents;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "context-test-"));
  const databases = [];
  for (const [name, sizeBytes] of [
    ["small", 9],
    ["a [b] $c", 90],
  ] as const) {
    const path = join(dir, `${name}.db`);
    await writeFile(path, "x".repeat(sizeBytes));
    databases.push({ name, fileName: `${name}.db`, path, sizeBytes, sha256: "0".repeat(64), tables: [] });
  }
  site = { name: "pets", dataset: { databases, sources: [], unreadable: [] }, serve: { ...emptyServe, databases } };
  contents = {
    base: { reference: "python:3.12-slim", python: "3.12", libc: "glibc" },
    datasetteVersion: "0.65.5",
    lock: {
      projects: [{ name: "datasette", version: "0.65.5", sha256s: ["a".repeat(64)] }],
      wheels: new Map([
        ["amd64", [join(dir, "amd64.whl")]],
        ["arm64", [join(dir, "arm64.whl")]],
      ]),
    },
    sources: { lines: [], files: [], needsGit: false },
    ownWheels: [],
    packages: [],
  };
});
afterAll(() => rm(dir, { recursive: true }));

const namesOf = async (more: Partial<Contents> = {}, wheels?: "amd64") =>
  (await contextFiles(site, { ...contents, ...more }, wheels)).map(({ name }) => name);
const textOf = async (file: string, more: Partial<Contents> = {}) =>
  decoder.decode((await contextFiles(site, { ...contents, ...more })).find(({ name }) => name === file)?.source as Uint8Array);

test("each database is a layer of its own, the largest first, whatever it is called", async () => {
  expect((await namesOf()).filter((name) => name.startsWith("data/"))).toEqual(["data/1/a [b] $c.db", "data/2/small.db"]);
  const text = await textOf("Dockerfile");
  expect(text.match(/^COPY data.*$/gm)).toEqual(["COPY data/1/ /data/", "COPY data/2/ /data/"]);
  expect(text).toContain(String.raw`"-i","/data/a [b] $c.db"`);
});

test("the wheels of one platform are there for an engine, and none in a folder that is kept", async () => {
  expect((await namesOf({}, "amd64")).filter((name) => name.includes("wheels"))).toEqual(["build/wheels/amd64.whl"]);
  expect((await namesOf()).filter((name) => name.endsWith(".whl"))).toEqual([]);
});

test("a wheel of the user's own is there in any case", async () => {
  const path = join(dir, "mine-1.0-py3-none-any.whl");
  expect((await namesOf({ ownWheels: [path] })).filter((name) => name.endsWith(".whl"))).toEqual(["build/own/mine-1.0-py3-none-any.whl"]);
});

test("sources come with constraints, where something is locked", async () => {
  const sources = { lines: ["git+https://example.org/a"], files: [], needsGit: true };
  expect(await textOf("build/sources.txt", { sources })).toBe("git+https://example.org/a\n");
  expect(await textOf("build/constraints.txt", { sources })).toBe("datasette==0.65.5\n");
  expect(await namesOf({ sources, lock: null })).not.toContain("build/constraints.txt");
  expect(await textOf("Dockerfile", { sources, lock: null })).not.toContain("constraints");
});

test("the context has what the Dockerfile names, and .dockerignore lets it through", async () => {
  const names = await namesOf({}, "amd64");
  const folders = new Set(names.filter((name) => name.includes("/")).map((name) => name.split("/")[0]!));
  const ignore = await textOf(".dockerignore");
  expect([...folders].sort()).toEqual([...ignore.matchAll(/^!(.*)$/gm)].map(([, name]) => name).sort());
  expect(names).toEqual(expect.arrayContaining(["build/install.py", "build/launcher/launch.py", "build/launcher/start.py"]));
});
