import { dirname } from "node:path/posix";
import {
  pageExtras,
  quoteName,
  step,
  tildeEncode,
  warn,
  wrongCount,
  type Context,
  type CountedPage,
  type Database,
  type Site,
  type Table,
} from "@datasette-publish/core";
import { askJson, checkError, mustBeOk, parse, type Ask } from "./pages.ts";
import type { Preview } from "./preview.ts";
import { plainQuery, Walker, type TablePage } from "./walk.ts";

/** How thoroughly {@link checkSite} looks. */
export interface CheckOptions {
  /** How long it walks through the pages of tables, all in all. Unset: 2000. */
  readonly walkMs?: number;
}

/** What {@link checkSite} asked for. */
export interface CheckResult {
  readonly requests: number;
  readonly tables: number;
  /** Rows that were come by on the pages of tables; of a table with more than 5000 rows, only the first, second and last page are. */
  readonly reachedRows: number;
  readonly ms: number;
}

/**
 * Asks Datasette for the home page, every database and every table that is not hidden, counts the rows anew,
 * and walks through the tables' pages while there is time.
 * @throws PublishError `CHECK_FAILED` at the first page that fails, count that differs, or row that cannot be reached.
 */
export async function checkSite(preview: Preview, site: Site, ctx: Context, { walkMs = 2000 }: CheckOptions = {}): Promise<CheckResult> {
  return await step(ctx, "preview.check", "Check the site in Datasette", async (handle) => {
    const startedMs = performance.now();
    let requests = 0;
    let tables = 0;
    const ask: Ask = async (path) => {
      ctx.signal?.throwIfAborted();
      requests++;
      return await preview.request(path);
    };
    const walker = new Walker(ask, walkMs);
    const look = (path: string) => lookAt(path, ask, preview, ctx);
    await look("/");
    const listed = await listDatabases(ask);
    const { databases } = site.dataset;
    for (const { name } of databases)
      if (!listed.includes(name)) throw checkError("/-/databases.json", `does not list the database ${name}`, {});
    const rows = databases.flatMap((database) => database.tables).reduce((sum, table) => sum + table.rows, 0);
    let rowsDone = 0;
    for (const database of databases)
      for (const table of await visibleTables(ask, look, database)) {
        const path = `/${tildeEncode(database.name)}/${tildeEncode(table.name)}.json`;
        await walker.walk(path, table, await countRows(ask, path, table, site));
        tables++;
        rowsDone += table.rows;
        handle.progress(rowsDone, rows, "rows");
      }
    return { requests, tables, reachedRows: walker.rows, ms: Math.round(performance.now() - startedMs) };
  });
}

/** A list in 0.65, which 1.0 has a name for. */
async function listDatabases(ask: Ask): Promise<string[]> {
  const answer = await askJson<Named[] | { databases: Named[] }>(ask, "/-/databases.json");
  return (Array.isArray(answer) ? answer : answer.databases).map(({ name }) => name);
}

interface Named {
  readonly name: string;
}

/** Looks at a page as people see it. Where plugins are left out it may fail for want of them: then that is said, and no more. */
async function lookAt(path: string, ask: Ask, { leftOut }: Preview, ctx: Context): Promise<void> {
  const response = await ask(path);
  if (response.status < 500 || leftOut.length === 0) return mustBeOk(path, response);
  const without = leftOut.join(", ");
  warn(ctx, "PAGE_UNCHECKED", `The page ${path} answers ${response.status} in the preview, which lacks ${without}: it is not checked.`, {
    path,
    without,
  });
}

async function visibleTables(ask: Ask, look: (path: string) => Promise<void>, database: Database): Promise<Table[]> {
  const path = `/${tildeEncode(database.name)}`;
  await look(path);
  const { tables } = await askJson<{ tables: { name: string; hidden: boolean }[] }>(ask, `${path}.json`);
  const shown = new Set(tables.filter(({ hidden }) => !hidden).map(({ name }) => name));
  return database.tables.filter(({ name, uncounted }) => uncounted === undefined && shown.has(name));
}

/**
 * The table's first page. `_where=1` has Datasette count the rows instead of taking the count from the inspect data; 1.0 counts
 * as far as its limit then, and a query has to count the rest.
 */
async function countRows(ask: Ask, path: string, table: Table, { serve: { line } }: Site): Promise<TablePage> {
  const plain = `${path}?${plainQuery}${pageExtras(line)}`;
  const counted = await ask(`${plain}&_where=1`);
  const response = counted.status === 403 ? await ask(plain) : counted;
  mustBeOk(path, response);
  const page = parse(response) as TablePage;
  const rows = wrongCount(page.count_truncated === true ? await countAll(ask, path, table, page) : page, table.rows);
  if (rows !== null)
    throw checkError(path, `counts ${rows} rows, not ${table.rows}`, { rows, expectedRows: table.rows, table: table.name });
  return page;
}

/** Counts by a query; what the page says where that is forbidden or takes too long. */
async function countAll(ask: Ask, path: string, { name }: Table, page: TablePage): Promise<CountedPage> {
  const sql = `select count(*) as count from ${quoteName(name)}`;
  const response = await ask(`${dirname(path)}/-/query.json?sql=${encodeURIComponent(sql)}`);
  return response.status === 200 ? (parse(response) as { rows: [CountedPage] }).rows[0] : page;
}
