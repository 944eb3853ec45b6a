import { rm } from "node:fs/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Site } from "@datasette-publish/core";
import { checkSite } from "./check.ts";
import { startPreview, type Preview, type PreviewOptions } from "./preview.ts";
import { ctx, findRuntime, makeFolder, makeScene, makeSite, numbered } from "./scene.test-support.ts";

const dir = makeFolder();
let runtime: PreviewOptions;
const open: Preview[] = [];

beforeAll(async () => {
  runtime = await findRuntime();
});
afterEach(async () => {
  for (const preview of open.splice(0)) await preview.close();
});
afterAll(() => rm(dir, { recursive: true, force: true }));

/** A preview that keeps the paths it was asked for. */
async function openSite(site: Site, options: Partial<PreviewOptions> = {}): Promise<{ preview: Preview; asked: string[] }> {
  const preview = await startPreview(site, { ...runtime, ...options }, ctx);
  open.push(preview);
  const asked: string[] = [];
  return { asked, preview: { ...preview, request: (path) => preview.request((asked.push(path), path)) } };
}

describe("a site that is right", () => {
  it("has the rows of every table that is not hidden, on pages that can be reached", async () => {
    const scene = makeScene();
    const { preview, asked } = await openSite(scene.site);
    const result = await checkSite(preview, scene.site, ctx, { walkMs: 60_000 });
    expect(result).toMatchObject({ tables: 3, requests: asked.length, reachedRows: 5003 });
    await rm(scene.dir, { recursive: true, force: true });
  });

  it("is walked while there is time", async () => {
    const site = makeSite(dir, { time: `CREATE TABLE t (a TEXT); ${numbered(5000)} INSERT INTO t SELECT i FROM n;` });
    const { preview } = await openSite(site);
    expect((await checkSite(preview, site, ctx, { walkMs: 0 })).reachedRows).toBe(100);
    expect((await checkSite(preview, site, ctx, { walkMs: 1 })).reachedRows).toBe(200);
  });

  it("is walked whole up to 5000 rows, else at both ends, by any key", async () => {
    const site = makeSite(
      dir,
      {
        keys: `
        CREATE TABLE whole (a TEXT); ${numbered(5000)} INSERT INTO whole SELECT i FROM n;
        CREATE TABLE plain (a TEXT); ${numbered(5050)} INSERT INTO plain SELECT i FROM n;
        CREATE TABLE single (a TEXT PRIMARY KEY); ${numbered(5050)} INSERT INTO single SELECT 'a,~b' || i FROM n;
        CREATE TABLE pair (a INTEGER, b INTEGER, PRIMARY KEY (a, b)) WITHOUT ROWID; ${numbered(5050)} INSERT INTO pair SELECT i % 9, i FROM n;
        CREATE TABLE sorted (a TEXT); ${numbered(5050)} INSERT INTO sorted SELECT i % 9 FROM n;
        CREATE TABLE unsortable (a TEXT PRIMARY KEY, b); ${numbered(5050)} INSERT INTO unsortable SELECT i, 1 FROM n;
        CREATE TABLE empty (a TEXT);`,
      },
      {
        settings: { default_page_size: "1000" },
        metadata: { databases: { keys: { tables: { sorted: { sort: "a" }, unsortable: { sortable_columns: ["b"] } } } } },
      },
    );
    const { preview, asked } = await openSite(site);
    expect(await checkSite(preview, site, ctx, { walkMs: 60_000 })).toMatchObject({ tables: 7 });
    const pages = (table: string) => asked.filter((path) => path.startsWith(`/keys/${table}.json`)).length;
    expect(["whole", "plain", "single", "pair", "sorted", "unsortable", "empty"].map(pages)).toEqual([5, 4, 4, 3, 3, 3, 1]);
  });

  it("costs no facets and no suggestions, so that a wide table takes no seconds", async () => {
    const names = Array.from({ length: 1500 }, (_, column) => `c${column}`);
    const values = names.map((_, column) => `i % ${(column % 7) + 2}`);
    const site = makeSite(
      dir,
      { wide: `CREATE TABLE wide (${names.join()}); ${numbered(200)} INSERT INTO wide SELECT ${values.join()} FROM n;` },
      {
        metadata: { databases: { wide: { tables: { wide: { facets: ["c1"] } } } } },
      },
    );
    const { preview, asked } = await openSite(site);
    expect((await checkSite(preview, site, ctx)).reachedRows).toBe(200);
    const pages = asked.filter((path) => path.startsWith("/wide/wide.json"));
    expect(pages).toHaveLength(2);
    for (const path of pages) expect(path).toMatch(/_nofacet=1&_nosuggest=1/);
  });

  it("may lie below a base path, forbid SQL and keep a table for those who log in", async () => {
    const data = "CREATE TABLE secret (a); INSERT INTO secret VALUES (1); CREATE TABLE data (a); INSERT INTO data VALUES (1), (2);";
    const metadata = { databases: { data: { allow_sql: false, tables: { secret: { allow: { id: "root" } } } } } };
    const site = makeSite(dir, { data }, { metadata, settings: { base_url: "/data/", default_page_size: "1" } });
    for (const options of [{}, { basePath: "/data/data/" }]) {
      const { preview } = await openSite(site, options);
      expect(await checkSite(preview, site, ctx)).toMatchObject({ tables: 1, reachedRows: 2 });
    }
  });
});

describe("a site that is wrong", () => {
  it("has another number of rows than the report", async () => {
    const right = makeSite(dir, { count: "CREATE TABLE t (a); INSERT INTO t VALUES (1), (2);" });
    const databases = right.dataset.databases.map((one) => ({ ...one, tables: one.tables.map((table) => ({ ...table, rows: 3 })) }));
    const { preview } = await openSite(right);
    await expect(checkSite(preview, { ...right, dataset: { ...right.dataset, databases } }, ctx)).rejects.toMatchObject({
      code: "CHECK_FAILED",
      facts: { table: "t", rows: 2, expectedRows: 3 },
    });
  });

  it.each([
    ["rowid", 300, "NULL"],
    ["ROWID", 300, "'x'"],
    ["rowid", 6000, "NULL"],
    ["RowId", 6000, "7"],
  ])("has a column %s that hides all but the first of %i rows", async (column, rows, value) => {
    const site = makeSite(dir, {
      [`shadow${rows}${column}`]: `CREATE TABLE t (${column}, a); ${numbered(rows)} INSERT INTO t SELECT ${value}, i FROM n;`,
    });
    const { preview } = await openSite(site);
    await expect(checkSite(preview, site, ctx)).rejects.toMatchObject({
      code: "CHECK_FAILED",
      facts: { table: "t", expectedRows: rows, reachedRows: 100 },
      remedies: [{ action: "advise", text: expect.stringContaining("rowid") as string }],
    });
  });

  it("has rows that are hidden for any other reason", async () => {
    const site = makeSite(dir, { nulls: `CREATE TABLE t (k TEXT PRIMARY KEY); ${numbered(300)} INSERT INTO t SELECT NULL FROM n;` });
    const { preview } = await openSite(site);
    await expect(checkSite(preview, site, ctx)).rejects.toMatchObject({
      code: "CHECK_FAILED",
      facts: { expectedRows: 300, reachedRows: 100 },
    });
  });

  it("has a last page that rows are missing from", async () => {
    const site = makeSite(dir, {
      ends: `CREATE TABLE t (k PRIMARY KEY); ${numbered(6000)} INSERT INTO t SELECT i FROM n; UPDATE t SET k = 'x' || k WHERE k > 5950;`,
    });
    const { preview } = await openSite(site);
    await expect(checkSite(preview, site, ctx)).rejects.toMatchObject({ code: "CHECK_FAILED" });
  });

  it("has a page that fails, with Datasette's words", async () => {
    const site = makeSite(
      dir,
      { fails: "CREATE TABLE t (a); INSERT INTO t VALUES (1);" },
      {
        metadata: { databases: { fails: { tables: { t: { sort: "none" } } } } },
      },
    );
    const { preview } = await openSite(site);
    await expect(checkSite(preview, site, ctx)).rejects.toMatchObject({
      code: "CHECK_FAILED",
      facts: { status: 500, datasette: "Cannot sort table by none" },
    });
  });
});
