import { mkdtemp, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { memoryFile } from "./memory-file.ts";
import { openProject } from "./project.ts";

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "memory-test-"));
  await writeFile(join(dir, "pets.csv"), "name\nRex\n");
});
afterEach(() => rm(dir, { recursive: true }));

const memoryOf = (...paths: string[]) => openProject(paths).memory;
const read = async () => JSON.parse(await readFile(join(dir, memoryFile), "utf8")) as unknown;

describe("names that are remembered", () => {
  it("are kept beside what is published, a folder or files", async () => {
    const file = join(dir, "pets.csv");
    await memoryOf(dir).remember("pets", "shelf", { name: "pets-1a2b3c" });
    expect(await memoryOf(file).recall("pets", "shelf")).toEqual({ name: "pets-1a2b3c" });
    await memoryOf(file).remember("pets", "drawer", { name: "my-pets" });
    expect(await memoryOf(dir).recall("pets", "drawer")).toEqual({ name: "my-pets" });
    expect(await memoryOf(dir).recall("pets", "box")).toBeUndefined();
    expect(await memoryOf(dir).recall("cats", "shelf")).toBeUndefined();
  });

  it("are all that the file holds, so that it can be committed", async () => {
    await memoryOf(dir).remember("pets", "shelf", { name: "pets-1a2b3c" });
    await memoryOf(dir).remember("cats", "shelf", { name: "cats-1a2b3c" });
    expect(await read()).toEqual({
      version: 1,
      sites: { pets: { shelf: { name: "pets-1a2b3c" } }, cats: { shelf: { name: "cats-1a2b3c" } } },
    });
    expect(await readdir(dir)).toEqual([memoryFile, "pets.csv"]);
  });

  it("are kept with the options that say where the site is", async () => {
    const entry = { name: "pets", options: { server: "box", port: 22 } };
    await memoryOf(dir).remember("pets", "shelf", entry);
    expect(await read()).toEqual({ version: 1, sites: { pets: { shelf: entry } } });
    expect(await memoryOf(dir).recall("pets", "shelf")).toEqual(entry);
    await memoryOf(dir).remember("pets", "shelf", { ...entry, options: { server: "other" } });
    expect(await memoryOf(dir).recall("pets", "shelf")).toEqual({ name: "pets", options: { server: "other" } });
  });

  it("change alone, and are not written again when they are the same", async () => {
    await memoryOf(dir).remember("pets", "shelf", { name: "one" });
    await memoryOf(dir).remember("cats", "shelf", { name: "two" });
    await memoryOf(dir).remember("pets", "shelf", { name: "three" });
    expect(await read()).toMatchObject({ sites: { pets: { shelf: { name: "three" } }, cats: { shelf: { name: "two" } } } });
    const { ino } = await stat(join(dir, memoryFile));
    await memoryOf(dir).remember("pets", "shelf", { name: "three" });
    expect((await stat(join(dir, memoryFile))).ino).toBe(ino);
  });

  it("are forgotten one by one, and the file with the last", async () => {
    for (const provider of ["shelf", "drawer"]) await memoryOf(dir).remember("pets", provider, { name: "one" });
    await memoryOf(dir).remember("cats", "shelf", { name: "two" });
    await memoryOf(dir).remember("pets", "shelf", null);
    expect(await read()).toEqual({ version: 1, sites: { pets: { drawer: { name: "one" } }, cats: { shelf: { name: "two" } } } });
    await memoryOf(dir).remember("pets", "drawer", null);
    expect(await read()).toEqual({ version: 1, sites: { cats: { shelf: { name: "two" } } } });
    await memoryOf(dir).remember("cats", "shelf", null);
    await memoryOf(dir).remember("cats", "shelf", null);
    expect(await readdir(dir)).toEqual(["pets.csv"]);
  });

  it("are kept beside what plugins resolved to, until the site is nowhere", async () => {
    const lock = { datasette: "0.65.5", wheels: { preview: [] } };
    await memoryOf(dir).rememberPlugins("pets", lock);
    expect(await memoryOf(dir).recallPlugins("pets")).toEqual(lock);
    expect(await memoryOf(dir).recallPlugins("cats")).toBeUndefined();
    await memoryOf(dir).remember("pets", "shelf", { name: "one" });
    await memoryOf(dir).remember("cats", "shelf", { name: "two" });
    const sites = { pets: { shelf: { name: "one" } }, cats: { shelf: { name: "two" } } };
    expect(await read()).toEqual({ version: 1, sites, plugins: { pets: lock } });
    await memoryOf(dir).remember("pets", "shelf", null);
    expect(await read()).toEqual({ version: 1, sites: { cats: { shelf: { name: "two" } } } });
  });

  it("tell which other sites a folder has published", async () => {
    await memoryOf(dir).remember("pets", "shelf", { name: "one" });
    await memoryOf(dir).remember("cats", "drawer", { name: "two" });
    expect(await memoryOf(dir).others("animals", "shelf")).toEqual(["pets"]);
    expect(await memoryOf(dir).others("pets", "shelf")).toEqual([]);
    expect(await memoryOf(join(dir, "pets.csv")).others("animals", "shelf")).toEqual([]);
  });

  it("are read once in a run, and again before they are written", async () => {
    const memory = memoryOf(dir);
    expect(await memory.recall("pets", "shelf")).toBeUndefined();
    await memoryOf(dir).remember("cats", "shelf", { name: "two" });
    await memory.remember("pets", "shelf", { name: "one" });
    expect(await read()).toMatchObject({ sites: { pets: { shelf: { name: "one" } }, cats: { shelf: { name: "two" } } } });
    await writeFile(join(dir, memoryFile), "no JSON");
    expect(await memory.recall("cats", "shelf")).toEqual({ name: "two" });
  });

  it.each([
    "",
    "no JSON",
    "[]",
    "null",
    '{"version":2,"sites":{}}',
    '{"version":1,"sites":{"pets":{"shelf":"name"}}}',
    '{"version":1,"sites":{"pets":{"shelf":{"name":"pets","options":{"server":{}}}}}}',
    '{"version":1}',
  ])("are not read from %j", async (text) => {
    const file = join(dir, memoryFile);
    await writeFile(file, text);
    await expect(memoryOf(dir).recall("pets", "shelf")).rejects.toMatchObject({ code: "STATE_INVALID", facts: { file } });
    await expect(memoryOf(dir).remember("pets", "shelf", { name: "one" })).rejects.toMatchObject({ code: "STATE_INVALID" });
    expect(await readFile(file, "utf8")).toBe(text);
  });
});
