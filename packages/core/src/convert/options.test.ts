import { appendFile, readFile, readdir, writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { makeFolder, query, recordEvents } from "./fixtures.ts";
import { convert } from "./make-dataset.ts";

test("primary key: INTEGER PRIMARY KEY, TEXT and compound; only tables that have the columns", async () => {
  await using folder = await makeFolder({ "in/a.csv": "ID,v\n7,x\n3,y\n9223372036854775807,z\n", "in/b.csv": "v\n1\n" });
  const { path } = await convert([folder.at("in")], folder.at("out.db"), { primaryKey: ["id"] }, recordEvents());
  expect(query(path, "SELECT rowid, v FROM a")).toEqual([
    { ID: 3, v: "y" },
    { ID: 7, v: "x" },
    { ID: 9223372036854775807n, v: "z" },
  ]);
  const compound = await convert([folder.at("in/a.csv")], folder.at("2.db"), { primaryKey: ["v", "ID"] }, recordEvents());
  expect(query(compound.path, "SELECT name FROM pragma_table_info('a') WHERE pk > 0 ORDER BY pk")).toEqual([{ name: "v" }, { name: "ID" }]);
});

test("primary key: missing column, duplicate with its line, blank", async () => {
  await using folder = await makeFolder({ "t.csv": 'id,k\n1,"x\ny"\n2,\n1,z\n' });
  const attempt = (primaryKey: string[]) => convert([folder.at("t.csv")], folder.at("out.db"), { primaryKey }, recordEvents());
  await expect(attempt(["nope"])).rejects.toMatchObject({
    code: "CONVERT_COLUMN_MISSING",
    facts: { option: "primaryKey", column: "nope" },
    remedies: ["id", "k"].map((value) => ({ action: "set-option", option: "primaryKey", value })),
  });
  await expect(attempt(["id"])).rejects.toMatchObject({ code: "CONVERT_KEY_DUPLICATE", facts: { line: 5, table: "t", column: "id" } });
  await expect(attempt(["k"])).rejects.toMatchObject({ code: "CONVERT_KEY_BLANK", facts: { column: "k", blanks: 1 } });
  expect(await readdir(folder.path)).toEqual(["t.csv"]);
});

test("full-text search that Datasette 0.65 recognises, and indexes named as csvs-to-sqlite names them", async () => {
  await using folder = await makeFolder({ "t.csv": "city,state,x\nParis,TX,1\nLondon,KY,2\n", "t_fts.csv": "q\n1\n" });
  const options = { fts: ["city", "state"], index: ["x", "city, state", "x"] };
  const { path } = await convert([folder.at("t.csv"), folder.at("t_fts.csv")], folder.at("out.db"), options, recordEvents());
  expect(query(path, `SELECT t.x FROM "t_fts-2" f JOIN t ON t.rowid = f.rowid WHERE "t_fts-2" MATCH 'ky'`)).toEqual([{ x: 2 }]);
  const [schema] = query(path, "SELECT sql FROM sqlite_master WHERE name = 't_fts-2'");
  expect(schema?.["sql"]).toMatch(/VIRTUAL TABLE.*USING FTS.*content="t"/);
  expect(query(path, "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = 't'").map(({ name }) => name)).toEqual([
    '"t_x"',
    '"t_city_state"',
  ]);
  const attempt = (wrong: object) => convert([folder.at("t.csv")], folder.at("no.db"), wrong, recordEvents());
  await expect(attempt({ fts: ["nope"] })).rejects.toMatchObject({
    code: "CONVERT_COLUMN_MISSING",
    remedies: ["city", "state", "x"].map((value) => ({ action: "set-option", option: "fts", value })),
  });
  await expect(attempt({ index: ["x,nope"] })).rejects.toMatchObject({ code: "CONVERT_COLUMN_MISSING" });
});

test("full-text search over a column that FTS5 reserves is refused", async () => {
  await using folder = await makeFolder({ "t.csv": "rank\n1\n" });
  await expect(convert([folder.at("t.csv")], folder.at("out.db"), { fts: ["rank"] }, recordEvents())).rejects.toMatchObject({
    code: "OPTION_INVALID",
    facts: { option: "fts", table: "t", column: "rank" },
  });
});

test("an existing output is kept unless forced; an input is never the output", async () => {
  await using folder = await makeFolder({ "t.csv": "a\n1\n", "out.db": "mine" });
  const attempt = (out: string, force?: boolean) => convert([folder.at("t.csv")], folder.at(out), force ? { force } : {}, recordEvents());
  await expect(attempt("out.db")).rejects.toMatchObject({
    code: "OUTPUT_EXISTS",
    remedies: expect.arrayContaining([
      { action: "set-option", option: "force", value: true, note: expect.any(String) as string },
    ]) as object,
  });
  expect(await readFile(folder.at("out.db"), "utf8")).toBe("mine");
  await attempt("out.db", true);
  expect(query(folder.at("out.db"), "SELECT * FROM t")).toEqual([{ a: 1 }]);
  await expect(attempt("t.csv", true)).rejects.toMatchObject({ code: "OPTION_INVALID" });
  await expect(attempt("no/such/out.db")).rejects.toMatchObject({ code: "OUTPUT_UNWRITABLE" });
  await expect(convert([folder.at("t.csv")], "/dev/null", { force: true }, recordEvents())).rejects.toMatchObject({
    code: "OUTPUT_UNWRITABLE",
  });
});

test("a file that changes between the passes is an error", async () => {
  await using folder = await makeFolder({ "t.csv": "a;b\n1;2\n" });
  const path = folder.at("t.csv");
  const ctx = recordEvents();
  // The delimiter's notice is reported once the file was opened.
  const report: typeof ctx.report = (event) => event.type === "warned" && changes.push(appendFile(path, "3;4\n"));
  const changes: Promise<void>[] = [];
  await expect(convert([path], folder.at("out.db"), {}, { report })).rejects.toMatchObject({ code: "INPUT_CHANGED" });
  await Promise.all(changes);
  expect(await readdir(folder.path)).toEqual(["t.csv"]);
});

test("abort stops inside a file and leaves nothing", async () => {
  await using folder = await makeFolder();
  await writeFile(folder.at("t.csv"), `a,b\n${"1,some text\n".repeat(400_000)}`);
  const controller = new AbortController();
  const ctx = recordEvents(controller.signal);
  const report: typeof ctx.report = (event) => {
    if (event.type === "step.progressed" && event.done > 3_000_000) controller.abort();
  };
  const work = convert([folder.at("t.csv")], folder.at("out.db"), {}, { ...ctx, report });
  await expect(work).rejects.toMatchObject({ code: "CANCELLED" });
  expect(await readdir(folder.path)).toEqual(["t.csv"]);
});
