import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { buildDir } from "./runtime-file.ts";

const platform = { os: "linux", architecture: "amd64" } as const;
let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "runtime-file-test-"));
  vi.stubEnv("XDG_CACHE_HOME", dir);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(dir, { recursive: true });
});

it("builds into the package's folder, or into the cache where that cannot be written", async () => {
  expect(await buildDir(platform, join(dir, "layers", "linux-amd64"))).toBe(join(dir, "layers", "linux-amd64"));
  await writeFile(join(dir, "file"), "");
  const cached = await buildDir(platform, join(dir, "file", "layers", "linux-amd64"));
  expect(cached).toMatch(/datasette-publish.layers.\d+\.\d+\.\d+.linux-amd64$/);
  expect(cached.startsWith(dir)).toBe(true);
});
