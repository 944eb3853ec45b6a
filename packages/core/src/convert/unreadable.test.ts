import { readdir, readFile, stat, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { DatabaseSync } from "node:sqlite";
import { gzipSync } from "node:zlib";
import { strToU8, zipSync } from "fflate";
import { expect, test } from "vitest";
import { PublishError, toErrorJson } from "../errors/publish-error.ts";
import { setOption } from "../errors/remedies.ts";
import type { ConvertOptions } from "./dataset.ts";
import { inputsOf, makeFolder, query, recordEvents } from "./fixtures.ts";
import { convert, makeDataset } from "./make-dataset.ts";
import { unreadableError } from "./unreadable.ts";

const latin1 = Buffer.from("a\n\u00e9\n", "latin1");

type Files = Readonly<Record<string, string | Uint8Array>>;

/** Inputs are known by their paths in the folder: no other path may be in what is told. */
async function datasetOf(files: Files, options: ConvertOptions = {}, paths: readonly string[] = ["."]) {
  await using folder = await makeFolder(files);
  await using work = await makeFolder();
  const ctx = recordEvents();
  const inputs = paths.map((path) => ({ path: folder.at(path), name: path }));
  const { databases, unreadable } = await makeDataset(inputs, work.path, options, ctx);
  expect(JSON.stringify([ctx.events, unreadable.map(({ file, error }) => [file, toErrorJson(error)])])).not.toContain(tmpdir());
  return {
    tables: databases.flatMap(({ name, tables }) => tables.map((table) => `${name}/${table.name}: ${table.rows}`)),
    unreadable: unreadable.map(({ file, error }) => `${error.code} ${file}`),
    errors: unreadable.map(({ error }) => error),
    warnings: ctx.warnings(),
    left: await readdir(work.path),
  };
}

function sqlite(): Uint8Array {
  using db = new DatabaseSync(":memory:");
  db.exec("CREATE TABLE t (a); INSERT INTO t VALUES (1)");
  return db.serialize();
}

const unreadableFiles: Files = {
  "in/binary.csv": Buffer.from("89504e470d0a1a0a0000000d", "hex"),
  "in/broken.zip": zipSync({ "a.csv": strToU8("a\n1\n") }).subarray(0, -30),
  "in/cut.csv.gz": gzipSync("a\n1\n").subarray(0, -9),
  "in/damaged.db": Buffer.concat([Buffer.from("SQLite format 3\0"), Buffer.alloc(200, 0xff)]),
  "in/latin1.csv": latin1,
  "in/nested.zip": zipSync({ "bad.csv": strToU8("a,b\n1\n"), "good.csv": strToU8("a\n1\n") }),
  "in/ragged.csv": "a,b\n1,2\n3\n",
};

test("every file that cannot be read is an entry with its error; the others are converted", async () => {
  const { tables, unreadable, errors, warnings, left } = await datasetOf({
    ...unreadableFiles,
    "in/good.csv": "a\n1\n",
    "in/x.db": sqlite(),
  });
  expect(tables).toEqual(["data/in/good: 1", "data/in/nested/good: 1", "x/t: 1"]);
  expect(unreadable).toEqual([
    "INPUT_UNSUPPORTED in/binary.csv",
    "ARCHIVE_INVALID in/broken.zip",
    "ARCHIVE_INVALID in/cut.csv.gz",
    "CSV_ENCODING in/latin1.csv",
    "CSV_INVALID in/nested.zip/bad.csv",
    "CSV_INVALID in/ragged.csv",
    "SQLITE_INVALID in/damaged.db",
  ]);
  expect([warnings, left]).toEqual([[], ["data.db", "x.db"]]);
  for (const { facts, remedies } of errors) {
    expect(facts).toHaveProperty("file");
    expect(remedies.filter(({ action }) => action !== "advise")).not.toEqual([]);
  }
  expect(errors[3]?.remedies).toContainEqual(setOption("encoding", "windows-1252", expect.any(String) as string));
  expect(errors[5]?.remedies).toContainEqual({ action: "replace-file", file: "in/ragged.csv", line: 3 });
});

test("paths that were given are entries as well, once each; a database is enough to go on", async () => {
  const given = ["x.db", "nope.csv", "notes.html", "bad.csv", ".", "nope.csv"];
  const { tables, unreadable, left } = await datasetOf({ "x.db": sqlite(), "notes.html": "<html>", "bad.csv": "a,b\n1\n" }, {}, given);
  expect(tables).toEqual(["x/t: 1"]);
  expect(unreadable).toEqual(["INPUT_NOT_FOUND nope.csv", "INPUT_UNSUPPORTED notes.html", "CSV_INVALID bad.csv"]);
  expect(left).toEqual(["x.db"]);
});

test("when nothing can be read the first error is thrown, and names the others", async () => {
  await expect(datasetOf(unreadableFiles, {}, ["in/ragged.csv"])).rejects.toMatchObject({ code: "CSV_INVALID", facts: { line: 3 } });
  await expect(datasetOf({}, {}, ["nope.csv"])).rejects.toMatchObject({ code: "INPUT_NOT_FOUND" });
  await expect(datasetOf(unreadableFiles, {}, ["in/damaged.db", "in/latin1.csv"])).rejects.toMatchObject({
    code: "CSV_ENCODING",
    message: expect.stringMatching(/latin1\.csv.*damaged\.db/) as string,
    facts: { files: 2 },
  });
});

test("convert stops at any such file, names all, and writes nothing", async () => {
  await using folder = await makeFolder({ ...unreadableFiles, "in/good.csv": "a\n1\n", "out.db": "mine" });
  await symlink(folder.at("nowhere"), folder.at("in/dangling.csv"));
  const { "in/damaged.db": _, ...named } = unreadableFiles;
  const csvs = [...Object.keys(named).filter((name) => name !== "in/nested.zip"), "in/nested.zip", "in/dangling.csv", "in/good.csv"];
  const work = convert(
    csvs.map((name) => folder.at(name)),
    folder.at("out.db"),
    { force: true },
    recordEvents(),
  );
  const error: unknown = await work.catch((failure: unknown) => failure);
  expect(error).toMatchObject({ code: "INPUT_UNSUPPORTED", facts: { files: 7, file: folder.at("in/binary.csv") } });
  for (const name of ["binary.csv", "broken.zip", "cut.csv.gz", "latin1.csv", "nested.zip/bad.csv", "ragged.csv", "dangling.csv"])
    expect((error as Error).message).toContain(name);
  expect(await readFile(folder.at("out.db"), "utf8")).toBe("mine");
});

test("files that cannot be read are left out where that is asked for, and named", async () => {
  await using folder = await makeFolder({ "in/bad.csv": "a,b\n1\n", "in/good.csv": "a\n1\n", "worse/bad.csv": "a,b\n1\n" });
  const ctx = recordEvents();
  const dataset = await makeDataset(inputsOf(folder.at("in")), folder.at("work"), { skipFiles: true }, ctx);
  const file = folder.at("in/bad.csv");
  expect(dataset).toMatchObject({ unreadable: [], leftOut: [{ file, why: "cannot be read (CSV_INVALID)" }] });
  const warned = ctx.events.filter(({ type }) => type === "warned");
  expect(warned).toMatchObject([{ code: "INPUT_SKIPPED", facts: { file, line: 2, code: "CSV_INVALID" } }]);
  const database = await convert([folder.at("in")], folder.at("out.db"), { skipFiles: true }, recordEvents());
  expect(database.tables.map(({ name }) => name)).toEqual(["good"]);
  const none = convert([folder.at("worse")], folder.at("none.db"), { skipFiles: true }, recordEvents());
  await expect(none).rejects.toMatchObject({ code: "CSV_INVALID" });
  await expect(stat(folder.at("none.db"))).rejects.toMatchObject({ code: "ENOENT" });
});

test("what is wrong with an option, a key or the run itself is thrown", async () => {
  const files = { "bad.csv": "a,b\n1\n", "good.csv": "id,b\n1,2\n1,\n" };
  await expect(datasetOf(files, { primaryKey: ["id"] })).rejects.toMatchObject({ code: "CONVERT_KEY_DUPLICATE" });
  await expect(datasetOf(files, { primaryKey: ["b"] })).rejects.toMatchObject({ code: "CONVERT_KEY_BLANK" });
  await expect(datasetOf(files, { everyFile: { separator: "::" } })).rejects.toMatchObject({ code: "OPTION_INVALID" });
  await expect(datasetOf({ "good.csv": "id\n1\n" }, { primaryKey: ["a"] })).rejects.toMatchObject({ code: "CONVERT_COLUMN_MISSING" });
  // Who knows what columns the other file has.
  await expect(datasetOf({ ...files, "bad.csv": "" }, { primaryKey: ["a"] })).rejects.toMatchObject({ code: "CSV_INVALID" });
  await using folder = await makeFolder(files);
  const signal = AbortSignal.abort();
  await expect(makeDataset(inputsOf(folder.path), folder.at("work"), {}, { report: () => {}, signal })).rejects.toThrow("abort");
});

test("the error for many files names twenty and says each remedy once", () => {
  const remedy = setOption("encoding", "windows-1252");
  const files = Array.from({ length: 30 }, (_, index) => ({ file: `${index}.csv`, line: index }));
  const unreadable = files.map(({ file, line }) => {
    return { file, error: new PublishError("CSV_ENCODING", `${file} is not UTF-8.`, [remedy, "Save it."], { file, line }) };
  });
  const { message, remedies, facts, code } = unreadableError(unreadable);
  expect(message).toContain("29 more");
  expect(message.match(/\d+\.csv/g)).toHaveLength(20);
  expect([code, facts, remedies]).toEqual([
    "CSV_ENCODING",
    { file: "0.csv", line: 0, files: 30 },
    [remedy, { action: "advise", text: "Save it." }],
  ]);
  expect(unreadableError(unreadable.slice(0, 1))).toBe(unreadable[0]!.error);
});

test("what is in an archive is known by its name there", async () => {
  const zip = zipSync({ "damaged.db": unreadableFiles["in/damaged.db"] as Uint8Array, "latin1.csv": latin1, "a.csv": strToU8("a\n1\n") });
  const { unreadable, errors } = await datasetOf({ "in.zip": zip }, {}, ["in.zip"]);
  expect(unreadable).toEqual(["CSV_ENCODING in.zip/latin1.csv", "SQLITE_INVALID in.zip/damaged.db"]);
  expect(errors.map(({ facts }) => facts["file"])).toEqual(["in.zip/latin1.csv", "in.zip/damaged.db"]);
});

test("rows of files that can be read are the same with and without the others", async () => {
  await using folder = await makeFolder({ "in/bad.csv": "a,b\n1\n", "in/good.csv": "a\n1\n2\n" });
  const dataset = await makeDataset(inputsOf(folder.at("in")), folder.at("work"), {}, recordEvents());
  const alone = await convert([folder.at("in/good.csv")], folder.at("alone.db"), {}, recordEvents());
  expect(dataset.databases[0]?.sha256).toBe(alone.sha256);
  expect(query(alone.path, "SELECT a FROM good")).toEqual([{ a: 1 }, { a: 2 }]);
});
