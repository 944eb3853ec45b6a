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
  const ready = withRecipe(prepared, { settings: { force_https_urls: "on", default_page_size: "5" }, user: "0:0" });
  expect(ready.site.serve).toMatchObject({ user: "0:0", settings: { force_https_urls: "off", default_page_size: "5" } });
  expect(ready.digest).not.toBe(prepared.digest);
  expect(withRecipe(ready, { user: "0:0" }).digest).toBe(ready.digest);
});

test("other texts are of the same data, which is not converted again", async () => {
  await using folder = await makeFolder(files);
  await using prepared = await prepareIn(folder.at("pets"), { site: { title: "Pets" } });
  const events = recordEvents();
  const described = await prepared.describe({ title: "All pets" }, events);
  expect(described.site.serve.metadata).toMatchObject({ title: "All pets" });
  expect(described.site.dataset).toBe(prepared.site.dataset);
  expect(described.digest).not.toBe(prepared.digest);
  expect((await described.describe({ title: "Pets" }, events)).digest).toBe(prepared.digest);
  const renamed = await prepared.describe({}, events, openProject([folder.at("pets")], { name: "animals" }));
  expect(renamed).toMatchObject({ project: { name: "animals" }, site: { name: "animals" } });
  await appendFile(folder.at("pets/pets.csv"), "Tweety,2\n");
  await expect(described.requireUnchanged()).rejects.toMatchObject({ code: "INPUT_CHANGED" });
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

const project = {
  "pets/pets.csv": "name\nRex\n",
  "pets/metadata.yaml": "title: Our pets\nallow_sql: no\n",
  "pets/datasette.yaml": "settings: {default_page_size: 5}\npermissions: {execute-sql: no}\n",
  "pets/templates/index.html": "hello",
  "pets/static/raw.csv": "a\n",
  "pets/requirements.txt": "datasette-atom\n",
};

test("a project is prepared whole, with what was given besides", async () => {
  await using folder = await makeFolder(project);
  await using prepared = await prepareIn(folder.at("pets"), {
    site: { aboutUrl: "https://a", settings: { sql_time_limit_ms: "9" }, versionNote: "1" },
  });
  const { serve, contents, dataset } = prepared.site;
  expect(dataset.databases[0]?.tables.map(({ name }) => name)).toEqual(["pets"]);
  expect(serve).toMatchObject({
    metadata: { title: "Our pets", allow_sql: false, about_url: "https://a" },
    config: { permissions: { "execute-sql": false } },
    settings: { default_page_size: "5", sql_time_limit_ms: "9" },
    statics: [{ mount: "static" }],
    versionNote: "1",
    workingDir: "/site",
  });
  const from = (name: string): string => folder.at(`pets/${name}`);
  expect(contents?.files).toEqual([
    { from: from("metadata.yaml"), what: "metadata", name: "site/metadata.json" },
    { from: from("datasette.yaml"), what: "config", name: "site/metadata.json" },
    { from: from("requirements.txt"), what: "requirements", name: null },
    { from: from("templates/index.html"), what: "templates", name: "site/templates/index.html" },
    { from: from("static/raw.csv"), what: "static", name: "site/static/raw.csv" },
  ]);
  await using newer = await prepareIn(folder.at("pets"), { site: { line: "1.0" } });
  expect(newer.site.contents?.files[1]?.name).toBe("site/datasette.json");
  await appendFile(folder.at("pets/templates/index.html"), " again");
  await expect(prepared.requireUnchanged()).rejects.toMatchObject({ code: "INPUT_CHANGED", facts: { file: from("templates/index.html") } });
});

test("what is given as data is in the place of the project's files; what 0.65 cannot keep is refused before anything is converted", async () => {
  await using folder = await makeFolder({
    ...project,
    "pets/datasette.yaml": "permissions: {view-instance: no}\n",
    "pets/broken.csv": "a,b\n1\n",
  });
  await expect(prepareIn(folder.at("pets"))).rejects.toMatchObject({ code: "SITE_METADATA_INVALID" });
  await writeFile(folder.at("pets/broken.csv"), "a\n");
  await using prepared = await prepareIn(folder.at("pets"), { site: { metadata: { title: "Given" }, config: { allow: false } } });
  expect(prepared.site.serve).toMatchObject({ metadata: { title: "Given" }, config: { allow: false } });
  expect(prepared.site.contents?.leftOut.map(({ file }) => file)).toEqual(
    ["metadata.yaml", "datasette.yaml"].map((name) => folder.at(`pets/${name}`)),
  );
});

test("the site of a table with many columns suggests no facets; a rule that protects nothing is told", async () => {
  const header = Array.from({ length: 120 }, (_, at) => `c${at}`).join(",");
  await using folder = await makeFolder({ "in/a.csv": `${header}\n`, "in/metadata.yaml": "databases: {notes: {allow: no}}\n" });
  for (const line of ["0.65", "1.0"] as const) {
    const ctx = recordEvents();
    await using prepared = await prepare(openProject([folder.at("in")]), { site: { line } }, ctx);
    expect(prepared.site.serve.settings).toEqual({ suggest_facets: "off" });
    expect(ctx.warnings()).toEqual(["FACETS_NOT_SUGGESTED", "PROTECTION_UNUSED"]);
  }
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
