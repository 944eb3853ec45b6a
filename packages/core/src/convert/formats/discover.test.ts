import { chmod, mkdir, symlink, writeFile } from "node:fs/promises";
import { DatabaseSync } from "node:sqlite";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { withWorkDir } from "../../files/work-dir.ts";
import { discoverInputs } from "./discover.ts";
import type { FileSettings } from "../settings/settings.ts";
import type { DiscoverOptions } from "./search.ts";
import { inputsOf, makeFolder, recordEvents } from "../fixtures.ts";
import { convert, makeDataset } from "../make-dataset.ts";

const png = Buffer.from("89504e470d0a1a0a0000000d", "hex");
const zip = Buffer.from("504b030414000000", "hex");

const discover = (paths: readonly string[], options: Partial<DiscoverOptions> = {}) =>
  withWorkDir((dir) =>
    discoverInputs(inputsOf(...paths), dir, { fileSettings: () => ({}), isFileNamed: () => false, ...options }, recordEvents()),
  );

function makeSqlite(path: string): void {
  const db = new DatabaseSync(path);
  db.exec("CREATE TABLE t (a); INSERT INTO t VALUES (1)");
  db.close();
}

test("a folder: sorted, recursive, clean table names, hidden files skipped, any case of extension", async () => {
  await using folder = await makeFolder({
    "b.CSV": "a\n",
    "sub/a.tsv": "a\n",
    "sub/deep/x.tab": "a\n",
    ".hidden.csv": "a\n",
    ".git/c.csv": "a\n",
  });
  const { csvs, notices } = await discover([folder.path]);
  expect(csvs.map(({ table, delimiter }) => [table, delimiter])).toEqual([
    ["b", ","],
    ["sub/a", "\t"],
    ["sub/deep/x", "\t"],
  ]);
  expect(notices).toEqual([]);
});

test("tables that collide are renamed, never overwritten; a file given twice counts once", async () => {
  await using folder = await makeFolder({ "x/b.csv": "a\n1\n", "y/b.csv": "a\n2\n", "z/B.tsv": "a\n3\n", "x/b-2.csv": "a\n4\n" });
  const paths = [folder.at("x"), folder.at("y"), folder.at("z/B.tsv"), folder.at("x/b.csv")];
  const { csvs, notices } = await discover(paths);
  expect(csvs.map(({ table }) => table)).toEqual(["b-2", "b", "b-3", "B-4"]);
  expect(notices.map(({ code }) => code)).toEqual(["TABLE_RENAMED", "TABLE_RENAMED"]);
  const { tables } = await convert(paths, folder.at("out.db"), {}, recordEvents());
  expect(tables.map(({ name, rows }) => [name, rows])).toEqual([
    ["b-2", 1],
    ["b", 1],
    ["b-3", 1],
    ["B-4", 1],
  ]);
});

test("names that Datasette or SQLite cannot take are replaced", async () => {
  await using folder = await makeFolder({ "in/we]ird.csv": "a\n1\n", "in/sqlite_x.csv": "a\n1\n", 'in/q"uote%?#.csv': "a\n1\n" });
  const ctx = recordEvents();
  const { databases } = await makeDataset(inputsOf(folder.at("in")), folder.at("work"), {}, ctx);
  expect(databases[0]?.tables.map(({ name }) => name)).toEqual(['q"uote%?#', "_sqlite_x", "we)ird"]);
  expect(ctx.warnings()).toEqual(["TABLE_RENAMED", "TABLE_RENAMED"]);
});

test("SQLite files by header, whatever their name; database names are safe and unique", async () => {
  await using folder = await makeFolder({ "t.csv": "a\n1\n", "Thumbs.db": "no database" });
  for (const name of ["data.db", "no-extension", "100%?#.sqlite3", "UPPER.DB"]) makeSqlite(folder.at(name));
  await mkdir(folder.at("sub"));
  makeSqlite(folder.at("sub/upper.db"));
  const { sqlites, notices } = await discover([folder.path]);
  expect(sqlites.map(({ database, fileName }) => [database, fileName])).toEqual([
    ["100---", "100---.sqlite3"],
    ["UPPER", "UPPER.db"],
    ["data-2", "data-2.db"],
    ["no-extension", "no-extension.db"],
    ["upper-2", "upper-2.db"],
  ]);
  expect(notices.map(({ code }) => code).sort()).toEqual(["DATABASE_RENAMED", "DATABASE_RENAMED", "DATABASE_RENAMED", "INPUT_SKIPPED"]);
  const { databases } = await makeDataset(inputsOf(folder.path), folder.at(".work"), {}, recordEvents());
  expect(databases.map(({ name, tables }) => [name, tables[0]?.rows])).toContainEqual(["data-2", 1]);
  expect(databases[0]?.name).toBe("data");
});

test("what is no input is an error with its code", async () => {
  await using folder = await makeFolder({ "a.png": png, "b.csv": png, "c.xlsx": zip, "d.json": "{}", "empty/.keep": "" });
  await expect(discover([folder.at("nope.csv")])).rejects.toMatchObject({ code: "INPUT_NOT_FOUND" });
  for (const path of ["https://example.com/a.csv", "2023/*.csv"])
    await expect(discover([path])).rejects.toMatchObject({ code: "INPUT_NOT_FOUND", facts: { file: path } });
  await expect(discover([folder.at("empty")])).rejects.toMatchObject({ code: "INPUT_EMPTY" });
  await expect(discover([])).rejects.toMatchObject({ code: "INPUT_EMPTY" });
  for (const name of ["a.png", "b.csv", "c.xlsx", "d.json"])
    await expect(discover([folder.at(name)])).rejects.toMatchObject({ code: "INPUT_UNSUPPORTED" });
  await expect(discover([folder.path])).rejects.toMatchObject({ code: "INPUT_UNSUPPORTED" });
  makeSqlite(folder.at("x.db"));
  await expect(convert([folder.at("x.db")], folder.at("out.db"), {}, recordEvents())).rejects.toMatchObject({ code: "INPUT_UNSUPPORTED" });
});

test("a folder of spreadsheets only is an error that names them and says what to do", async () => {
  await using folder = await makeFolder({ "in/a.xlsx": zip, "in/b.ods": zip });
  await expect(discover([folder.at("in")])).rejects.toMatchObject({
    code: "INPUT_EMPTY",
    message: expect.stringMatching(/a\.xlsx.*b\.ods/) as string,
    remedies: [{ action: "advise", text: expect.stringContaining("Save each sheet as CSV") as string }],
  });
});

test("links in a folder are followed, but not out of it; a cycle ends", async () => {
  await using folder = await makeFolder({ "in/sub/a.csv": "a\n", "in-2/b.csv": "a\n", "secret.csv": "a\n" });
  await symlink(folder.at("in/sub"), folder.at("in/linked"));
  await symlink(folder.at("in-2"), folder.at("in/outside"));
  await symlink(folder.at("secret.csv"), folder.at("in/x.csv"));
  await symlink(folder.at("in"), folder.at("in/cycle"));
  await symlink(folder.at("nowhere"), folder.at("in/dangling"));
  const { csvs, notices } = await discover([folder.at("in")]);
  expect(csvs.map(({ table }) => table)).toEqual(["linked/a"]);
  expect(notices.map(({ code, facts }) => [code, facts["file"]])).toEqual(
    ["dangling", "outside", "x.csv"].map((name) => ["INPUT_SKIPPED", folder.at(`in/${name}`)]),
  );
  const given = await discover([folder.at("in/outside"), folder.at("in/x.csv")]);
  expect(given.csvs.map(({ table }) => table)).toEqual(["b", "x"]);
  await symlink(folder.at("nowhere"), folder.at("in/dangling.csv"));
  const { unreadable } = await discover([folder.at("in")]);
  expect(unreadable).toMatchObject([{ file: folder.at("in/dangling.csv"), error: { code: "INPUT_NOT_FOUND" } }]);
});

test.skipIf(process.platform === "win32")("a file without read permission is INPUT_UNREADABLE", async () => {
  await using folder = await makeFolder();
  await writeFile(folder.at("secret.csv"), "a\n", { mode: 0o000 });
  const root = process.geteuid?.() === 0;
  if (root) {
    await chmod(folder.path, 0o755);
    process.seteuid!(65_534);
  }
  try {
    await expect(discover([folder.at("secret.csv")])).rejects.toMatchObject({ code: "INPUT_UNREADABLE" });
  } finally {
    if (root) process.seteuid!(0);
  }
});

test("a project's own folders and files hold no data; those of its name elsewhere do, or are named", async () => {
  await using folder = await makeFolder({
    "p/metadata.yaml": "",
    "p/datasette.json": "{}",
    "p/settings.json": "{}",
    "p/requirements.txt": "",
    "p/static/raw.csv": "a\n",
    "p/templates/x.csv": "a\n",
    "p/plugins/x.csv": "a\n",
    "p/sub/static/kept.csv": "a\n",
    "p/sub/metadata.yaml": "",
    "p/a.csv": "a\n",
    "d/static/raw.csv": "a\n",
  });
  const { csvs, leftOut, notices } = await discover([folder.at("p")]);
  expect(csvs.map(({ table }) => table)).toEqual(["a", "sub/static/kept"]);
  expect(leftOut).toEqual([{ file: folder.at("p/sub/metadata.yaml"), why: expect.stringContaining("only at the top") as string }]);
  expect(notices.map(({ code }) => code)).toEqual(["INPUT_SKIPPED"]);
  expect((await discover([folder.at("d")])).csvs.map(({ table }) => table)).toEqual(["static/raw"]);
});

test.each(["allow: no\n", "databases: {data: {allow_sql: false}}\n", '{"permissions": {}}', "a:\n  'allow' : {}\n"])(
  "a description that is not followed must not forbid anything: %j",
  async (text) => {
    await using folder = await makeFolder({ "in/a.csv": "a\n", "in/sub/metadata.yaml": text });
    const { unreadable } = await discover([folder.at("in")]);
    expect(unreadable).toMatchObject([{ file: folder.at("in/sub/metadata.yaml"), error: { code: "INPUT_UNSUPPORTED" } }]);
  },
);

const jpg = Buffer.from("ffd8ffe000104a464946", "hex");

test("every file of a folder that is left out is named, or counted by its kind, in one notice with what to do", async () => {
  const pictures = Object.fromEntries(Array.from({ length: 12 }, (_, at) => [`in/photos/${at}.${at % 2 ? "jpg" : "JPEG"}`, jpg]));
  await using folder = await makeFolder({
    ...pictures,
    "in/a.csv": "a,b\n1,2\n",
    "in/b.jsonl": '{"a":1}\n',
    "in/c.geojson": '{"type":"FeatureCollection"}',
    "in/e.xlsm": zip,
    "in/k.csv.bz2": "BZh91AY&SY",
    "in/o": Buffer.from([1, 0, 2]),
    "in/README.md": "# Data, from the town\n",
  });
  const { csvs, notices, leftOut } = await discover([folder.at("in")]);
  expect(csvs.map(({ table }) => table)).toEqual(["a"]);
  expect(notices).toMatchObject([{ code: "INPUT_SKIPPED", facts: { files: 18 } }]);
  const [{ message, remedies, facts }] = notices as [(typeof notices)[number]];
  for (const name of ["b.jsonl", "c.geojson", "e.xlsm", "k.csv.bz2", "README.md"]) expect(message).toContain(folder.at(`in/${name}`));
  expect(message).toContain("12 pictures (.jpeg, .jpg)");
  expect(facts["kinds"]).toContain("JSON: 2");
  expect(remedies).toContainEqual({ action: "advise", text: expect.stringContaining("Save each sheet") as string });
  expect(leftOut).toContainEqual({ file: folder.at("in/b.jsonl"), why: "is JSON" });
  expect(leftOut).toContainEqual({ file: "12 pictures (.jpeg, .jpg)", why: "hold no table that is read" });
});

test("text of another name is a table when it is given; of a folder where it is even, or something is said of it", async () => {
  await using folder = await makeFolder({
    "in/stops.txt": "stop_id,name\n1,North\n2,South\n",
    "in/pipe.psv": "a|b\n1|2\n3|4\n",
    "in/tabs.dat": "a\tb\n1\t2\n3\t4\n",
    "in/list.txt": "Anna\nBen\n",
    "in/notes.txt": "We counted, as far as we could, all of them.\nThe rest follows.\n",
    "in/plain": "a;b\n1;2\n3;4\n",
  });
  const { csvs, notices } = await discover([folder.at("in")]);
  expect(csvs.map(({ label, stem, delimiter }) => [label, stem, delimiter])).toEqual([
    ["pipe.psv", "pipe", "|"],
    ["plain", "plain", ","],
    ["stops.txt", "stops", ","],
    ["tabs.dat", "tabs", ","],
  ]);
  expect(notices).toMatchObject([{ code: "INPUT_SKIPPED", facts: { files: 2 } }]);
  const given = await discover([folder.at("in/list.txt"), folder.at("in/notes.txt")]);
  expect(given.csvs.map(({ table }) => table)).toEqual(["list", "notes"]);
  await writeFile(folder.at("list.txt.gz"), gzipSync("Anna\nBen\n"));
  expect((await discover([folder.at("list.txt.gz")])).csvs.map(({ table }) => table)).toEqual(["list"]);
  const one = await discover([folder.at("in")], { isFileNamed: (label) => label === "list.txt" });
  expect(one.csvs.map(({ label }) => label)).toContain("list.txt");
  const all = { separator: "|" };
  expect((await discover([folder.at("in")], { fileSettings: () => all })).csvs).toHaveLength(4);
});

test("what is called .csv and is none is refused as what it is, with its own hint; the others go on", async () => {
  await using folder = await makeFolder({
    "in/good.csv": "a\n1\n",
    "in/lfs.csv": "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 1\n",
    "in/page.csv": "<!DOCTYPE html>\n<html></html>\n",
    "in/rows.csv": '[{"a":1,"b":2},\n{"a":3,"b":4}]\n',
    "in/zeros.csv": Buffer.alloc(100),
  });
  await symlink("../.git/annex/objects/Zx/9Q/MD5E-s1--a.csv/MD5E-s1--a.csv", folder.at("in/annexed.csv"));
  const { unreadable, csvs } = await discover([folder.at("in")]);
  expect(csvs.map(({ table }) => table)).toEqual(["good"]);
  const told = unreadable.map(({ file, error }) => [file.slice(folder.at("in/").length), error.code, error.facts["format"]]);
  expect(told).toEqual([
    ["annexed.csv", "INPUT_UNSUPPORTED", "a pointer of git-annex, not the file itself"],
    ["lfs.csv", "INPUT_UNSUPPORTED", "a pointer of Git LFS, not the file itself"],
    ["page.csv", "INPUT_UNSUPPORTED", "a web page"],
    ["rows.csv", "INPUT_UNSUPPORTED", "JSON"],
    ["zeros.csv", "INPUT_UNSUPPORTED", "a file of NUL characters only"],
  ]);
  expect(unreadable[1]?.error.remedies[0]).toMatchObject({ action: "run", run: ["git", "lfs", "pull"] });
});

test("files that are said to be one table have its name; what is to be left out is not read", async () => {
  await using folder = await makeFolder({ "in/2022.csv": "a\n", "in/2023.csv": "a\n", "in/all.csv": "a\n", "in/broken.csv": png });
  const said: Readonly<Record<string, FileSettings>> = {
    "broken.csv": { leaveOut: true },
    "2022.csv": { table: "all" },
    "2023.csv": { table: "all" },
  };
  const { csvs, unreadable, leftOut, sources } = await discover([folder.at("in")], { fileSettings: (label) => said[label] ?? {} });
  expect(csvs.map(({ table, settings }) => [table, settings])).toEqual([
    ["all", { table: "all" }],
    ["all", { table: "all" }],
    ["all-2", {}],
  ]);
  expect([unreadable, leftOut]).toEqual([[], [{ file: folder.at("in/broken.csv"), why: "is left out, as was asked" }]]);
  expect(sources).toHaveLength(3);
});
