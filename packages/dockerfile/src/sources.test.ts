import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { datasetteSource, isSource, readSources } from "./sources.ts";

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "sources-test-"));
  await mkdir(join(dir, "plugin/.git"), { recursive: true });
  await mkdir(join(dir, "plugin/package"));
  for (const name of [".git/config", "setup.py", "package/__init__.py"]) await writeFile(join(dir, "plugin", name), "text");
  await writeFile(join(dir, "main.zip"), "zip");
});
afterAll(() => rm(dir, { recursive: true }));

test.each([
  ["datasette-atom>=0.9", false],
  ["./datasette_atom-0.9-py3-none-any.whl", false],
  ["atom @ https://example.org/atom-1-py3-none-any.whl", false],
  ["-r requirements.txt", false],
  ["https://example.org/archive/main.zip", true],
  ["atom @ https://example.org/archive/main.tar.gz", true],
  ["git+https://example.org/atom@main", true],
  ["atom @ git+ssh://git@example.org/atom", true],
  ["plugin-1.0.tar.gz", true],
  ["atom @ file:///srv/atom", false],
  ["./no-such-folder", false],
])("%s is a source: %s", async (text, expected) => expect(await isSource(text)).toBe(expected));

test("local sources are copied without what is none of theirs, others are named", async () => {
  const texts = [join(dir, "plugin"), "git+https://example.org/atom", join(dir, "main.zip"), join(dir, "own-1-py3-none-any.whl")];
  await writeFile(join(dir, "own-1-py3-none-any.whl"), "wheel");
  const { lines, files, needsGit } = await readSources(texts);
  expect(lines).toEqual([
    "/build/sources/0/plugin",
    "git+https://example.org/atom",
    "/build/sources/2/main.zip",
    "/build/sources/3/own-1-py3-none-any.whl",
  ]);
  expect(files.map(({ name }) => name).sort()).toEqual([
    "build/sources/0/plugin/package/__init__.py",
    "build/sources/0/plugin/setup.py",
    "build/sources/2/main.zip",
    "build/sources/3/own-1-py3-none-any.whl",
  ]);
  expect(needsGit).toBe(true);
});

test("a file that is not there is an error that names it", async () => {
  await expect(readSources([join(dir, "gone.zip")])).rejects.toMatchObject({ code: "INPUT_NOT_FOUND" });
});

test.each(["https://me:secret@example.org/a.zip", `git+https://${"t".repeat(40)}@example.org/a`])(
  "no password is passed to an engine",
  async (text) => {
    const error = await readSources([text]).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "OPTION_INVALID" });
    expect(JSON.stringify(error)).not.toMatch(/secret|tttt/);
  },
);

test("a branch, a tag, an address and a zip are sources of Datasette", async () => {
  expect(await datasetteSource("main")).toMatch(/^datasette @ https:\/\/.*\/main\.zip$/);
  expect(await datasetteSource("https://example.org/d.zip")).toBe("datasette @ https://example.org/d.zip");
  expect(await datasetteSource(join(dir, "main.zip"))).toBe(join(dir, "main.zip"));
  await expect(datasetteSource("a b; rm")).rejects.toMatchObject({ code: "OPTION_INVALID" });
});
