import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { expect, test } from "vitest";
import { makeFolder } from "../fixtures.ts";
import type { RaggedLine } from "./reading.ts";
import { SkippedFiles } from "./skipped.ts";

const lineOf = (text: string, handling: RaggedLine["handling"] = "skip"): RaggedLine => ({
  line: 2,
  fields: [],
  columns: 2,
  handling,
  text,
});
const inputOf = (name: string, path = `/elsewhere/${name}`) => ({ name, path });

test("skipped records are kept by the name of their file, as they stand, once all is done", async () => {
  await using folder = await makeFolder();
  const target = folder.at("out.db.skipped");
  await using skipped = new SkippedFiles(target);
  const sink = skipped.of(inputOf("sub/people.csv"));
  await sink.add({ ragged: [lineOf('1,"é\r\n",3\r\n'), lineOf("padded\n", "pad")] });
  await sink.add({ ragged: [] });
  await sink.add({ ragged: [lineOf("the last line")] });
  expect(await readdir(folder.path)).not.toContain("out.db.skipped");
  const path = folder.at("out.db.skipped/people.csv");
  expect(await skipped.finish()).toEqual([{ file: "sub/people.csv", path, records: 2 }]);
  expect(await readFile(path, "utf8")).toBe('1,"é\r\n",3\r\nthe last line');
  expect(await readdir(folder.path)).toEqual(["out.db.skipped"]);
});

test("a file is told of as its folder was given", async () => {
  await using folder = await makeFolder();
  const given = relative(".", folder.at("out.db.skipped"));
  await using skipped = new SkippedFiles(given);
  await skipped.of(inputOf("a.csv")).add({ ragged: [lineOf("1\n")] });
  expect(await skipped.finish()).toMatchObject([{ path: join(given, "a.csv") }]);
  expect(await readFile(folder.at("out.db.skipped/a.csv"), "utf8")).toBe("1\n");
});

test("where no record is skipped nothing is written", async () => {
  await using folder = await makeFolder();
  await using skipped = new SkippedFiles(folder.at("out.db.skipped"));
  await skipped.of(inputOf("a.csv")).add({ ragged: [lineOf("x", "pad")] });
  expect(await readdir(folder.path)).toEqual([]);
  expect(await skipped.finish()).toEqual([]);
  expect(await readdir(folder.path)).toEqual([]);
});

test("a conversion that fails leaves the folder as it was", async () => {
  await using folder = await makeFolder({ "out.db.skipped/a.csv": "before\n" });
  {
    await using skipped = new SkippedFiles(folder.at("out.db.skipped"));
    await skipped.of(inputOf("a.csv")).add({ ragged: [lineOf("new\n")] });
  }
  expect(await readdir(folder.path)).toEqual(["out.db.skipped"]);
  expect(await readFile(folder.at("out.db.skipped/a.csv"), "utf8")).toBe("before\n");
});

test("a later run replaces what an earlier one kept of the same files, and no other file", async () => {
  await using folder = await makeFolder({ "s/a.csv": "old\n", "s/b.csv": "old\n", "s/other.csv": "mine\n" });
  await using skipped = new SkippedFiles(folder.at("s"));
  await skipped.of(inputOf("a.csv")).add({ ragged: [lineOf("new\n")] });
  skipped.of(inputOf("b.csv"));
  await skipped.finish();
  expect((await readdir(folder.at("s"))).toSorted()).toEqual(["a.csv", "other.csv"]);
  expect(await readFile(folder.at("s/a.csv"), "utf8")).toBe("new\n");
});

test("files of one name are numbered, and an input is never replaced", async () => {
  await using folder = await makeFolder({ "s/a.csv": "input\n" });
  await using skipped = new SkippedFiles(folder.at("s"));
  for (const input of [inputOf("x/b.csv"), inputOf("y/B.csv"), inputOf("s/a.csv", folder.at("s/a.csv"))])
    await skipped.of(input).add({ ragged: [lineOf(`${input.name}\n`)] });
  await skipped.finish();
  const names = (await readdir(folder.at("s"))).toSorted();
  expect(names).toEqual(["B-2.csv", "a-2.csv", "a.csv", "b.csv"]);
  expect(await readFile(folder.at("s/a.csv"), "utf8")).toBe("input\n");
});

test("a name cannot lead out of the folder", async () => {
  await using folder = await makeFolder();
  await using skipped = new SkippedFiles(folder.at("s"));
  await skipped.of(inputOf("../../up.csv")).add({ ragged: [lineOf("x\n")] });
  expect(await skipped.finish()).toMatchObject([{ path: folder.at("s/up.csv") }]);
});

test("a folder that cannot be written is named", async () => {
  await using folder = await makeFolder();
  await writeFile(folder.at("file"), "");
  await using below = new SkippedFiles(folder.at("file/s"));
  await expect(below.of(inputOf("a.csv")).add({ ragged: [lineOf("x\n")] })).rejects.toMatchObject({ code: "OUTPUT_UNWRITABLE" });
  await mkdir(folder.at("s/a.csv"), { recursive: true });
  await using taken = new SkippedFiles(folder.at("s"));
  await taken.of(inputOf("a.csv")).add({ ragged: [lineOf("x\n")] });
  await expect(taken.finish()).rejects.toMatchObject({ code: "OUTPUT_UNWRITABLE", facts: { file: folder.at("s") } });
});
