import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { cacheDirFor } from "./cache-dir.ts";

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "cache-test-"));
});
afterEach(async () => {
  await rm(dir, { recursive: true });
});

test.runIf(process.platform === "linux")("a publish goes on without a cache where there can be none", async () => {
  expect(await cacheDirFor("layers", { XDG_CACHE_HOME: dir })).toEqual({ cacheDir: join(dir, "datasette-publish", "layers") });
  await writeFile(join(dir, "file"), "");
  expect(await cacheDirFor("layers", { XDG_CACHE_HOME: join(dir, "file") })).toEqual({});
});
