import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { loadRuntime } from "./load.ts";
import { wheelFiles } from "./wheels.ts";

const platform = { os: "linux", architecture: "amd64" } as const;
let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "runtime-test-"));
});
afterEach(() => rm(dir, { recursive: true }));

it("finds layers beside runtime.json, whole ones only", async () => {
  await expect(loadRuntime(platform, dir)).rejects.toMatchObject({ code: "RUNTIME_MISSING", facts: { platform: "linux/amd64" } });
  const digest = `sha256:${createHash("sha256").update("a layer").digest("hex")}`;
  await writeFile(join(dir, "runtime.json"), JSON.stringify({ platform, layers: [{ descriptor: { digest }, path: "layer" }] }));
  await expect(loadRuntime(platform, dir)).rejects.toMatchObject({ code: "RUNTIME_MISSING" });
  await writeFile(join(dir, "layer"), "a layer");
  expect(await loadRuntime(platform, dir)).toMatchObject({ layers: [{ path: join(dir, "layer") }] });
  await writeFile(join(dir, "layer"), "another");
  await expect(loadRuntime(platform, dir)).rejects.toMatchObject({ code: "RUNTIME_MISSING" });
});

it("finds the wheels, or says that there are none", async () => {
  await expect(wheelFiles(join(dir, "none"))).rejects.toMatchObject({ code: "RUNTIME_MISSING" });
  for (const name of ["b.whl", "a.whl", "note"]) await writeFile(join(dir, name), "");
  expect(await wheelFiles(dir)).toEqual([join(dir, "a.whl"), join(dir, "b.whl")]);
});
