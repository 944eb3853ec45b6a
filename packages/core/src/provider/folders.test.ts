import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { dataFolder, makeCacheDir, makeDataDir } from "./folders.ts";

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "folders-test-"));
  vi.stubEnv("HOME", home);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(home, { recursive: true });
});

it.runIf(process.platform === "linux")("makes a private folder below the XDG cache folder, and ignores a relative one", async () => {
  const dir = await makeCacheDir({ XDG_CACHE_HOME: join(home, "c") }, "debs");
  expect(dir).toBe(join(home, "c", "datasette-publish", "debs"));
  expect((await stat(dir)).mode & 0o777).toBe(0o700);
  expect(await makeCacheDir({ XDG_CACHE_HOME: "c" })).toBe(join(home, ".cache", "datasette-publish"));
});

it.runIf(process.platform === "linux")("falls back on what the system says of the user", () => {
  vi.stubEnv("HOME", "");
  expect(dataFolder({})).toBe(join(userInfo().homedir, ".local", "share", "datasette-publish"));
});

it.runIf(process.platform === "linux")("says which variable names another place for a folder that cannot be written", async () => {
  const file = join(home, "file");
  await writeFile(file, "");
  const cannot = (variable: string) => ({
    code: "OUTPUT_UNWRITABLE",
    message: expect.stringContaining(join(file, "datasette-publish")) as string,
    remedies: [{ text: `Set ${variable} to a folder that you may write to.` }],
  });
  await expect(makeCacheDir({ XDG_CACHE_HOME: file }, "debs")).rejects.toMatchObject(cannot("XDG_CACHE_HOME"));
  await expect(makeDataDir({ XDG_DATA_HOME: file })).rejects.toMatchObject(cannot("XDG_DATA_HOME"));
});
