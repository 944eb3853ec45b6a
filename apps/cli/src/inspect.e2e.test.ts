import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writeArchive, writeLayout } from "@datasette-publish/core/oci";
import { realPart } from "@datasette-publish/testkit";
import { imageOf } from "./inspect/image.test-support.ts";
import { makeScene, type Scene } from "./scene.test-support.ts";

let scene: Scene;
beforeAll(async () => {
  scene = makeScene();
  const base = { "usr/lib/libc.so": 40_000, "usr/bin/sh": 10_000 };
  const old = await imageOf(scene.dir, base, { "data/pets.db": 20_000 });
  await writeArchive(old, join(scene.dir, "old.tar"), "pets:1");
  await writeLayout([await imageOf(scene.dir, base, { "data/pets.db": 30_000, "usr/bin/sh": 12_000 })], join(scene.dir, "new"), "pets:2");
});
afterAll(() => scene.remove());

test("shows layers, places, packages and what is wasted of an archive", () => {
  const { status, stdout } = scene.publish(["inspect", "old.tar"]);
  expect(status).toBe(0);
  expect(stdout).toMatch(/^old\.tar {2}linux\/amd64 {2}sha256:/);
  expect(stdout).toMatch(/1 {2}first +\S+ k?B +\S+ kB +50\.0 kB in 2 /);
  expect(stdout).toMatch(/40\.0 kB {2}usr\/lib\/libc\.so/);
  expect(stdout).toMatch(/20\.0 kB {2}database {2}data\/pets\.db/);
  expect(stdout).toContain("score 100.0 %");
});

test("tells of a layout as JSON what each layer does, and each file", () => {
  const { stdout } = scene.publish(["inspect", "new", "--json"]);
  expect(JSON.parse(stdout)).toMatchObject({
    image: "new",
    from: "layout",
    layers: [
      { added: { files: 2 } },
      { added: { files: 1, sizeBytes: 30_000 }, changed: { files: 1, sizeBytes: 12_000 }, changes: expect.any(Array) },
    ],
    efficiency: { wastedBytes: 22_000, wasted: [{ path: "usr/bin/sh", layers: 2 }] },
    packages: [{ kind: "database", name: "data/pets.db" }],
    files: expect.arrayContaining([{ path: "usr/bin/sh", kind: "file", sizeBytes: 12_000, layer: 1, package: null }]),
    refused: null,
    warnings: [],
  });
});

test("compares two images, wherever they are", () => {
  const { status, stdout } = scene.publish(["inspect", "old.tar", "new"]);
  expect(status).toBe(0);
  expect(stdout).toContain("1 of 2 layers are the same");
  expect(stdout).toMatch(/~ {2}\+10\.0 kB {2}data\/pets\.db {2}content: 20\.0 kB, now 30\.0 kB/);
  const { differences } = JSON.parse(scene.publish(["inspect", "old.tar", "new", "--json"]).stdout);
  expect(differences).toHaveLength(2);
});

test.each([
  [["--max-size", "100B"], "IMAGE_TOO_LARGE", /usr\/lib\/libc\.so \(about/],
  [["--max-layer", "100B"], "IMAGE_TOO_LARGE", /\(about/],
  [["--max-wasted", "20kB"], "IMAGE_WASTEFUL", /usr\/bin\/sh \(22\.0 kB\)/],
] as const)("%s ends with a status of its own, and says what is largest", (flags, code, largest) => {
  const { status, stdout } = scene.publish(["inspect", "new", ...flags, "--json"]);
  expect(status).toBe(2);
  expect(JSON.parse(stdout)).toMatchObject({ image: "new", refused: { code, facts: { largest: expect.stringMatching(largest) } } });
});

test("what is over a limit is shown first, then the error", () => {
  const { status, stdout, stderr } = scene.publish(["inspect", "old.tar", "new", "--max-wasted", "0"]);
  expect(status).toBe(2);
  expect(stdout).toContain("layers are the same");
  expect(stderr).toContain("IMAGE_WASTEFUL");
});

test("an image within its limits is no failure, and of two the second counts", () => {
  expect(scene.publish(["inspect", "new", "--max-size", "1MB", "--max-layer", "1MB", "--max-wasted", "22kB"]).status).toBe(0);
  expect(scene.publish(["inspect", "new", "old.tar", "--max-wasted", "0"]).status).toBe(0);
});

test("a page is written, whole", () => {
  const { status, stdout } = scene.publish(["inspect", "old.tar", "--html", "map.html"]);
  expect([status, stdout.trimEnd().split("\n").at(-1)]).toEqual([0, "Wrote map.html"]);
  expect(readFileSync(join(scene.dir, "map.html"), "utf8")).toMatch(/^<!doctype html>[^]*<\/html>\n$/);
});

test.each([
  [[], "COMMAND_INVALID"],
  [["old.tar", "--tree"], "COMMAND_INVALID"],
  [["old.tar", "--platform", "amd64"], "OPTION_INVALID"],
  [["old.tar", "--platform", "linux/arm64"], "IMAGE_NOT_FOUND"],
  [["./none.tar"], "INPUT_NOT_FOUND"],
])("%s is refused", (args, code) => {
  const { status, stdout } = scene.publish(["inspect", ...args, "--json"]);
  expect(status).toBe(2);
  expect(JSON.parse(stdout).error.code).toBe(code);
});

test("a publish over a limit writes nothing, and names the data", () => {
  const { status, stdout } = scene.publish(["docker", "pets", "--no-check", "--archive", "big.tar", "--max-size", "1MB", "--json"]);
  const { error } = JSON.parse(stdout);
  expect([status, error.code, error.facts.limit]).toEqual([2, "IMAGE_TOO_LARGE", "maxSize"]);
  expect(error.facts.largest).toMatch(/^data\/data\.db/);
  expect(() => readFileSync(join(scene.dir, "big.tar"))).toThrow("ENOENT");
});

describe.skipIf(!realPart("docker"))("an engine's image", () => {
  const name = `publish-inspect-test:${process.pid}`;
  beforeAll(() => {
    const folder = join(scene.dir, "built");
    mkdirSync(folder);
    writeFileSync(join(folder, "big"), Buffer.alloc(50_000, "x"));
    execFileSync("sh", ["-c", `tar -c big | docker import - ${name}`], { cwd: folder, stdio: "ignore" });
  });
  afterAll(() => void execFileSync("docker", ["rmi", name], { stdio: "ignore" }));

  test("is read by its name", () => {
    const { status, stdout } = scene.publish(["inspect", name, "--json"], { env: { DOCKER_HOST: process.env["DOCKER_HOST"] ?? "" } });
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ from: "engine", files: [{ path: "big", sizeBytes: 50_000 }] });
  });
});
