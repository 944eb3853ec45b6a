import { spawnSync } from "node:child_process";
import { mkdir, readdir, utimes, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { makeFolder } from "../convert/fixtures.ts";
import { withWorkDir } from "./work-dir.ts";

afterEach(() => void vi.unstubAllEnvs());

/** No process has it: it is more than Linux allows. */
const ended = 0x7fff_ffff;

test("its folder is removed, and so are those whose process has ended", async () => {
  await using folder = await makeFolder();
  vi.stubEnv("TMPDIR", folder.path);
  const machine = await withWorkDir(async (dir) => basename(dir).split("-")[3]!);
  const twoDaysAgo = Date.now() / 1000 - 2 * 24 * 60 * 60;
  const gone = [`datasette-publish-${ended}-${machine}-a`, `datasette-publish-${ended}-00000000-b`];
  const kept = [`datasette-publish-${process.pid}-${machine}-c`, `datasette-publish-${ended}-00000000-d`, "datasette-publish-e"];
  for (const name of [...gone, ...kept]) await mkdir(folder.at(name));
  await utimes(folder.at(gone[1]!), twoDaysAgo, twoDaysAgo);
  const [own, there] = await withWorkDir(async (dir) => [basename(dir), await readdir(folder.path)] as const);
  expect(there).toContain(own);
  expect((await readdir(folder.path)).sort()).toEqual(kept.toSorted());
});

test("the folder of a run that was killed goes with the next one", async () => {
  await using folder = await makeFolder();
  vi.stubEnv("TMPDIR", folder.path);
  const script = `import { makeWorkDir } from ${JSON.stringify(new URL("./work-dir.ts", import.meta.url).href)};
    await makeWorkDir();
    process.kill(process.pid, "SIGKILL");`;
  const { signal } = spawnSync(process.execPath, ["--input-type=module", "--eval", script]);
  expect(signal).toBe("SIGKILL");
  expect(await readdir(folder.path)).toHaveLength(1);
  await withWorkDir(async () => {});
  expect(await readdir(folder.path)).toEqual([]);
});

test.each(["absent", "file"])("a TMPDIR that takes no folder (%s) is an error with a way out", async (name) => {
  await using folder = await makeFolder();
  await writeFile(folder.at("file"), "");
  vi.stubEnv("TMPDIR", folder.at(name));
  await expect(withWorkDir(async () => {})).rejects.toMatchObject({
    code: "OUTPUT_UNWRITABLE",
    message: expect.stringContaining(folder.at(name)) as string,
    remedies: [{ text: "Set TMPDIR to a folder that you may write to." }],
  });
});

test("a disk that is full while it is written to is named", async () => {
  await using folder = await makeFolder();
  vi.stubEnv("TMPDIR", folder.path);
  const work = withWorkDir(async () => writeFile("/dev/full", "x"));
  await expect(work).rejects.toMatchObject({ code: "DISK_FULL", message: `The disk of ${folder.path} is full.` });
});
