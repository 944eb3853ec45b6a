import { mkdir, readdir, utimes } from "node:fs/promises";
import { basename } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { makeFolder } from "../convert/fixtures.ts";
import { withWorkDir } from "./work-dir.ts";

afterEach(() => void vi.unstubAllEnvs());

/** No process has it: it is more than Linux allows. */
const ended = 0x7fff_ffff;

test("its folder is removed, and old ones whose process has ended are", async () => {
  await using folder = await makeFolder();
  vi.stubEnv("TMPDIR", folder.path);
  const twoDaysAgo = Date.now() / 1000 - 2 * 24 * 60 * 60;
  const old = [`datasette-publish-${ended}-a`, `datasette-publish-${process.pid}-b`, "datasette-publish-c"];
  const young = [`datasette-publish-${ended}-d`];
  for (const name of [...old, ...young]) await mkdir(folder.at(name));
  for (const name of old) await utimes(folder.at(name), twoDaysAgo, twoDaysAgo);
  const [own, there] = await withWorkDir(async (dir) => [basename(dir), await readdir(folder.path)] as const);
  expect(there).toContain(own);
  expect((await readdir(folder.path)).sort()).toEqual([...old.slice(1), ...young].sort());
});
