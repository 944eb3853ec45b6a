import { mkdtemp, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { PublishEvent } from "../events/events.ts";
import { namesFile, otherSites, recallName, rememberName } from "./names-file.ts";

let dir: string;
const events: PublishEvent[] = [];
const ctx = { report: (event: PublishEvent) => void events.push(event) };
beforeEach(async () => {
  events.splice(0);
  dir = await mkdtemp(join(tmpdir(), "names-test-"));
  await writeFile(join(dir, "pets.csv"), "name\nRex\n");
});
afterEach(() => rm(dir, { recursive: true }));

const read = async () => JSON.parse(await readFile(join(dir, namesFile), "utf8")) as unknown;

describe("names", () => {
  it("are kept beside what is published, a folder or files", async () => {
    const file = join(dir, "pets.csv");
    await rememberName([dir], "pets", "shelf", "pets-1a2b3c", ctx);
    expect(await recallName([file, "/nowhere/other.csv"], "pets", "shelf")).toBe("pets-1a2b3c");
    await rememberName([file], "pets", "drawer", "my-pets", ctx);
    expect(await recallName([dir], "pets", "drawer")).toBe("my-pets");
    expect(await recallName([dir], "pets", "box")).toBeUndefined();
    expect(await recallName([dir], "cats", "shelf")).toBeUndefined();
  });

  it("are all that the file holds, so that it can be committed", async () => {
    await rememberName([dir], "pets", "shelf", "pets-1a2b3c", ctx);
    await rememberName([dir], "cats", "shelf", "cats-1a2b3c", ctx);
    expect(await read()).toEqual({
      version: 1,
      sites: { pets: { shelf: { name: "pets-1a2b3c" } }, cats: { shelf: { name: "cats-1a2b3c" } } },
    });
    expect(await readdir(dir)).toEqual([namesFile, "pets.csv"]);
  });

  it("change alone, and are not written again when they are the same", async () => {
    await rememberName([dir], "pets", "shelf", "one", ctx);
    await rememberName([dir], "cats", "shelf", "two", ctx);
    await rememberName([dir], "pets", "shelf", "three", ctx);
    expect(await read()).toMatchObject({ sites: { pets: { shelf: { name: "three" } }, cats: { shelf: { name: "two" } } } });
    const { ino } = await stat(join(dir, namesFile));
    await rememberName([dir], "pets", "shelf", "three", ctx);
    expect((await stat(join(dir, namesFile))).ino).toBe(ino);
  });

  it("are forgotten one by one, and the file with the last", async () => {
    for (const provider of ["shelf", "drawer"]) await rememberName([dir], "pets", provider, "one", ctx);
    await rememberName([dir], "cats", "shelf", "two", ctx);
    await rememberName([dir], "pets", "shelf", null, ctx);
    expect(await read()).toEqual({ version: 1, sites: { pets: { drawer: { name: "one" } }, cats: { shelf: { name: "two" } } } });
    await rememberName([dir], "pets", "drawer", null, ctx);
    expect(await read()).toEqual({ version: 1, sites: { cats: { shelf: { name: "two" } } } });
    await rememberName([dir], "cats", "shelf", null, ctx);
    await rememberName([dir], "cats", "shelf", null, ctx);
    expect(await readdir(dir)).toEqual(["pets.csv"]);
    expect(events).toEqual([]);
  });

  it("tell which other sites a folder has published", async () => {
    await rememberName([dir], "pets", "shelf", "one", ctx);
    await rememberName([dir], "cats", "drawer", "two", ctx);
    expect(await otherSites([dir], "animals", "shelf")).toEqual(["pets"]);
    expect(await otherSites([dir], "pets", "shelf")).toEqual([]);
    expect(await otherSites([join(dir, "pets.csv")], "animals", "shelf")).toEqual([]);
  });

  it("that cannot be kept are a warning", async () => {
    await rememberName([join(dir, "gone", "pets.csv")], "pets", "shelf", "one", ctx, "app");
    const message = expect.stringMatching(/ENOENT/) as string;
    expect(events).toMatchObject([
      { code: "STATE_UNWRITABLE", message, remedies: [{ action: "set-option", option: "app", value: "one" }] },
    ]);
  });

  it.each(["", "no JSON", "[]", "null", '{"version":2,"sites":{}}', '{"version":1,"sites":{"pets":{"shelf":"name"}}}', '{"version":1}'])(
    "are not read from %j",
    async (text) => {
      const file = join(dir, namesFile);
      await writeFile(file, text);
      await expect(recallName([dir], "pets", "shelf")).rejects.toMatchObject({ code: "STATE_INVALID", facts: { file } });
      await expect(rememberName([dir], "pets", "shelf", "one", ctx)).rejects.toMatchObject({ code: "STATE_INVALID" });
      expect(await readFile(file, "utf8")).toBe(text);
    },
  );
});
