import { rm } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Site } from "@datasette-publish/core";
import { lines, lockedVersions, wheelFiles } from "@datasette-publish/runtime";
import { checkSite } from "./check.ts";
import { startPreview, type Preview } from "./preview.ts";
import { ctx, findRuntime, makeFolder, makeSite, numbered } from "./scene.test-support.ts";

const filled = (table: string, rows: number, values = "i") => `${numbered(rows)} INSERT INTO "${table}" SELECT ${values} FROM n;`;
const databases = {
  right: `
    CREATE TABLE "small ß" (id INTEGER PRIMARY KEY); ${filled("small ß", 300)}
    CREATE TABLE large (name TEXT); ${filled("large", 12_000)}
    CREATE TABLE pair (a INTEGER, b INTEGER, PRIMARY KEY (a, b)) WITHOUT ROWID; ${filled("pair", 5050, "i % 9, i")}`,
  few: `CREATE TABLE t (a); ${filled("t", 300)}`,
  many: `CREATE TABLE t (a); ${filled("t", 12_000)}`,
  shadow: `CREATE TABLE t (rowid, a); ${filled("t", 300, "NULL, i")}`,
  zones: "CREATE TABLE t (a); INSERT INTO t VALUES ('Europe/London'); CREATE VIEW v AS SELECT zone(a) AS z FROM t;",
};
const plugin = `
from datasette import hookimpl
from zoneinfo import ZoneInfo

@hookimpl
def prepare_connection(conn):
    conn.create_function("zone", 1, lambda name: ZoneInfo(name).key)
`;

describe.each(lines)("Datasette %s", (line) => {
  const dir = makeFolder();
  let site: Site;
  let preview: Preview;
  beforeAll(async () => {
    const plugins = [{ name: "zones.py", source: Buffer.from(plugin) }];
    site = makeSite(dir, databases, { line, plugins });
    preview = await startPreview(site, { ...(await findRuntime()), wheels: await wheelFiles(line) }, ctx);
  });
  afterAll(async () => {
    await preview?.close();
    await rm(dir, { recursive: true, force: true });
  });

  /** The site with one of its databases, whose tables are said to have so many rows more than they have. */
  function only(name: keyof typeof databases, more = 0): Site {
    const found = site.dataset.databases.filter((one) => one.name === name);
    const told = found.map((one) => ({ ...one, tables: one.tables.map((table) => ({ ...table, rows: table.rows + more })) }));
    return { ...site, dataset: { ...site.dataset, databases: told } };
  }

  const get = async (path: string) => JSON.parse((await preview.request(path)).body.toString()) as unknown;

  it("serves a site whose tables have their rows", async () => {
    expect(await get("/-/versions.json")).toMatchObject({ datasette: { version: lockedVersions[line].version } });
    expect(await get("/-/settings.json")).toMatchObject({ num_sql_threads: 0 });
    expect(await checkSite(preview, only("right"), ctx, { walkMs: 60_000 })).toMatchObject({ tables: 3 });
  });

  it.each([
    ["few", 300],
    ["many", 12_000],
  ] as const)("is told that a table has %s rows, and not those of the report", async (name, rows) => {
    await expect(checkSite(preview, only(name, 1), ctx)).rejects.toMatchObject({
      code: "CHECK_FAILED",
      facts: { table: "t", rows, expectedRows: rows + 1 },
    });
  });

  it("is told of rows that no page shows", async () => {
    const facts = { expectedRows: 300, reachedRows: 100 };
    await expect(checkSite(preview, only("shadow"), ctx)).rejects.toMatchObject({ code: "CHECK_FAILED", facts });
  });

  it("knows time zones", async () => {
    expect(await get("/zones/v.json?_shape=array")).toEqual([{ z: "Europe/London" }]);
  });
});
