import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, it } from "vitest";
import { leaksInFiles, leaksInImage, leaksInProcesses, watchWhile } from "./contract-leaks.ts";
import { sampleImage } from "./sample-image.ts";

const secret = `canary-${process.pid}-leaks`;
let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "leaks-test-"));
});
afterEach(() => rm(dir, { recursive: true }));

it.each([
  ["plain", Buffer.from(`x${secret}`)],
  ["gzip", gzipSync(secret)],
  ["base64", Buffer.from(Buffer.from(secret).toString("base64"))],
])("finds a secret in a %s file", async (_form, bytes) => {
  await writeFile(join(dir, "other"), "nothing");
  await writeFile(join(dir, "leak"), bytes);
  expect(await leaksInFiles(dir, [secret])).toEqual([join(dir, "leak")]);
});

it("finds a secret in a layer, and in nothing else of the image", async () => {
  const image = await sampleImage(dir, Buffer.from(`row ${secret}`));
  expect(await leaksInImage(image, [secret])).toEqual(["layer sample data"]);
  expect(await leaksInImage({ ...image, config: Buffer.from(secret) }, [secret])).toEqual(["config", "layer sample data"]);
});

it.runIf(existsSync("/proc/self/cmdline"))("finds a secret in a process's arguments while it runs", async () => {
  const child = spawn(process.execPath, ["-e", "process.stdin.resume()", secret]);
  await once(child, "spawn");
  const work = async () => {
    while ((await leaksInProcesses([secret])).length === 0);
    child.stdin.end();
    await once(child, "exit");
  };
  const found = await watchWhile(work, () => leaksInProcesses([secret]));
  expect(found).toEqual([`process ${process.execPath}`]);
  expect(await leaksInProcesses([secret])).toEqual([]);
});
