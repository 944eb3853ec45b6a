import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import type { Site } from "@datasette-publish/core";
import { archiveStream, readTar, validateImage } from "@datasette-publish/core/oci";
import { sampleImage } from "@datasette-publish/testkit";
import { afterEach, beforeEach, expect, test } from "vitest";
import { engineBuilder, type EngineBuild } from "./engine-build.ts";

const site = {} as Site;
const files = [{ name: "Dockerfile", mode: 0o644, source: Buffer.from("FROM scratch\n") }];
const prepare = () => Promise.resolve({ files, buildArguments: { A: "1" } });
let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "engine-build-"));
});
afterEach(() => rm(dir, { recursive: true }));

test("an engine gets the files and the platform, and its image is one like any other", async () => {
  const image = await sampleImage(dir, Buffer.from("database"));
  const asked: object[] = [];
  const lines: string[] = [];
  const engine: EngineBuild = async ({ context, platform, buildArguments, onLine }) => {
    const names = [];
    for await (const { name } of readTar(context)) names.push(name);
    asked.push({ names, platform, buildArguments });
    onLine("Step 1/1");
    return archiveStream(image, "built:latest");
  };
  const report = (event: { type: string; text?: string }) => void (event.type === "output" && lines.push(event.text!));
  const built = await engineBuilder(engine, prepare)(site, { os: "linux", architecture: "amd64" }, dir, { report });
  expect(asked).toEqual([{ names: ["Dockerfile"], platform: "linux/amd64", buildArguments: { A: "1" } }]);
  expect(lines).toEqual(["Step 1/1"]);
  expect(built.configDigest).toBe(image.configDigest);
  await validateImage(built);
  expect((await buffer(built.layers[0]!.open())).length).toBeGreaterThan(0);
});

test("an image of another platform is refused", async () => {
  const image = await sampleImage(dir, Buffer.from("database"));
  const engine: EngineBuild = () => Promise.resolve(archiveStream(image, "built:latest"));
  const building = engineBuilder(engine, prepare)(site, { os: "linux", architecture: "arm64" }, dir, { report: () => {} });
  await expect(building).rejects.toMatchObject({ code: "ENGINE_REFUSED", facts: { built: "linux/amd64", wanted: "linux/arm64" } });
});
