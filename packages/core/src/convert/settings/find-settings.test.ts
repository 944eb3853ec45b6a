import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { readSettings } from "./find-settings.ts";

/** Writes files in a folder of its own, and reads the settings of the inputs, which are called by their names there. */
async function settingsOf(files: Readonly<Record<string, string>>, inputs: readonly string[], given?: string) {
  const dir = mkdtempSync(join(tmpdir(), "settings-test-"));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, name)), { recursive: true });
    if (text.startsWith("-> ")) symlinkSync(text.slice(3), join(dir, name));
    else writeFileSync(join(dir, name), text);
  }
  const at = (name: string) => ({ path: join(dir, name), name });
  const found = await readSettings(inputs.map(at), given === undefined ? undefined : at(given));
  return found.map(({ name, prefix, whole }) => ({ name, prefix, whole }));
}

test.each(["publish.yaml", "publish.yml"])("%s is found at the top of each folder, and not further down", async (name) => {
  const files = { [`a/${name}`]: "", [`b/${name}`]: "", [`b/sub/${name}`]: "" };
  expect(await settingsOf(files, ["./a", "b/", "a"])).toEqual([
    { name: `a/${name}`, prefix: "a/", whole: true },
    { name: `b/${name}`, prefix: "b/", whole: true },
  ]);
});

test("beside the first file it speaks of files that need not be there; beside another it is not looked for", async () => {
  const files = { "a/publish.yaml": "", "a/x.csv": "", "b/publish.yaml": "", "b/y.csv": "" };
  expect(await settingsOf(files, ["a/x.csv", "b/y.csv"])).toEqual([{ name: "a/publish.yaml", prefix: "", whole: false }]);
  expect(await settingsOf(files, ["b", "a/x.csv"])).toEqual([{ name: "b/publish.yaml", prefix: "b/", whole: true }]);
  expect(await settingsOf({ "x.csv": "" }, ["x.csv"])).toEqual([]);
});

test("a file that is given is taken in the place of those beside the data", async () => {
  const files = { "a/publish.yaml": "colour: red", "mine.yaml": "files:\n", "a/x.csv": "" };
  expect(await settingsOf(files, ["a"], "mine.yaml")).toEqual([{ name: "mine.yaml", prefix: "", whole: true }]);
  expect(await settingsOf(files, ["a/x.csv"], "mine.yaml")).toMatchObject([{ whole: false }]);
  await expect(settingsOf(files, ["a"], "none.yaml")).rejects.toMatchObject({ code: "INPUT_NOT_FOUND" });
});

test("two in one folder, and a link out of it, are refused; a folder of that name is none", async () => {
  const two = { "a/publish.yaml": "", "a/publish.yml": "" };
  await expect(settingsOf(two, ["a"])).rejects.toMatchObject({ code: "SETTINGS_INVALID", facts: { file: "a/publish.yml" } });
  const link = { "out.yaml": "", "a/publish.yaml": "-> ../out.yaml" };
  await expect(settingsOf(link, ["a"])).rejects.toMatchObject({ code: "INPUT_UNSUPPORTED" });
  expect(await settingsOf({ "a/in.yaml": "", "a/publish.yaml": "-> in.yaml" }, ["a"])).toHaveLength(1);
  expect(await settingsOf({ "a/publish.yaml/x.csv": "" }, ["a"])).toEqual([]);
});
