import { appendFile, readdir, writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { makeFolder, query, recordEvents } from "../convert/fixtures.ts";
import { prepare, withRecipe, type PrepareOptions } from "./prepare.ts";
import { openProject } from "./project.ts";

const files = { "pets/pets.csv": "name,legs\nRex,4\n", "pets/README.md": "Pets\n" };
const prepareIn = (dir: string, options: PrepareOptions = {}) => prepare(openProject([dir]), options, recordEvents());

test("a prepared site owns its folder until it is closed, and the user's is as it was", async () => {
  await using folder = await makeFolder(files);
  const prepared = await prepareIn(folder.at("pets"), { site: { title: "Pets" } });
  expect(prepared.site).toMatchObject({ name: "pets", serve: { metadata: { title: "Pets" }, databases: [{ fileName: "data.db" }] } });
  expect(query(prepared.site.serve.databases[0]!.path, "SELECT * FROM pets")).toEqual([{ name: "Rex", legs: 4 }]);
  expect(await readdir(prepared.dir)).toEqual(["data.db"]);
  await prepared.close();
  await expect(readdir(prepared.dir)).rejects.toMatchObject({ code: "ENOENT" });
  expect(await readdir(folder.at("pets"))).toEqual(["README.md", "pets.csv"]);
});

test("its digest changes with the data, the options and the recipe, and with nothing else", async () => {
  await using folder = await makeFolder(files);
  const digestOf = async (options?: PrepareOptions): Promise<string> => {
    await using prepared = await prepareIn(folder.at("pets"), options);
    return prepared.digest;
  };
  const digest = await digestOf();
  await writeFile(folder.at("pets/README.md"), "Other words\n");
  expect(await digestOf()).toBe(digest);
  const others = [
    await digestOf({ site: { title: "Pets" } }),
    await digestOf({ site: { settings: { sql_time_limit_ms: "50" } } }),
    await digestOf({ convert: { justStrings: true } }),
  ];
  await appendFile(folder.at("pets/pets.csv"), "Tweety,2\n");
  others.push(await digestOf());
  expect(new Set([digest, ...others]).size).toBe(5);
});

test("a recipe is in what is looked at; the user's own settings win", async () => {
  await using folder = await makeFolder(files);
  await using prepared = await prepareIn(folder.at("pets"), { site: { settings: { force_https_urls: "off" } } });
  const ready = withRecipe(prepared, { settings: { force_https_urls: "on", default_page_size: "5" }, crossdb: true });
  expect(ready.site.serve).toMatchObject({ crossdb: true, settings: { force_https_urls: "off", default_page_size: "5" } });
  expect(ready.digest).not.toBe(prepared.digest);
  expect(withRecipe(ready, { crossdb: true }).digest).toBe(ready.digest);
});

test.each([
  ["a file", "pets/pets.csv"],
  ["the log of a database", "pets/cats.db-wal"],
])("%s that was written since is found, by its name", async (_what, name) => {
  await using folder = await makeFolder(files);
  const { DatabaseSync } = await import("node:sqlite");
  const db = new DatabaseSync(folder.at("pets/cats.db"));
  db.exec("CREATE TABLE cats (name)");
  db.close();
  await using prepared = await prepareIn(folder.at("pets"));
  await prepared.requireUnchanged();
  await appendFile(folder.at(name), "x");
  await expect(prepared.requireUnchanged()).rejects.toMatchObject({
    code: "INPUT_CHANGED",
    facts: { file: folder.at(name.replace(/-wal$/, "")) },
  });
});

test("no folder is left of a preparation that fails or is cancelled", async () => {
  await using folder = await makeFolder({ "broken/a.csv": "a,b\n1\n" });
  await using temporary = await makeFolder();
  const before = process.env["TMPDIR"];
  process.env["TMPDIR"] = temporary.path;
  try {
    await expect(prepareIn(folder.at("broken"))).rejects.toMatchObject({ code: "CSV_INVALID" });
    const cancelled = prepare(openProject([folder.at("broken")]), {}, recordEvents(AbortSignal.abort()));
    await expect(cancelled).rejects.toMatchObject({ code: "CANCELLED" });
    expect(await readdir(temporary.path)).toEqual([]);
  } finally {
    if (before === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = before;
  }
});
