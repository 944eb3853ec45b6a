import { step, tildeEncode, type Context, type Database, type Site, type Table } from "@datasette-publish/core";
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
    mustBeOk("/", await ask("/"));
    const listed = await askJson<{ name: string }[]>(ask, "/-/databases.json");
    const { databases } = site.dataset;
    for (const { name } of databases)
      if (!listed.some((one) => one.name === name)) throw checkError("/-/databases.json", `does not list the database ${name}`, {});
    const rows = databases.flatMap((database) => database.tables).reduce((sum, table) => sum + table.rows, 0);
    let rowsDone = 0;
    for (const database of databases)
      for (const table of await visibleTables(ask, database)) {
        const path = `/${tildeEncode(database.name)}/${tildeEncode(table.name)}.json`;
        await walker.walk(path, table, await countRows(ask, path, table));
        tables++;
        rowsDone += table.rows;
        handle.progress(rowsDone, rows, "rows");
      }
    return { requests, tables, reachedRows: walker.rows, ms: Math.round(performance.now() - startedMs) };
  });
}

async function visibleTables(ask: Ask, database: Database): Promise<Table[]> {
  const path = `/${tildeEncode(database.name)}`;
  mustBeOk(path, await ask(path));
  const { tables } = await askJson<{ tables: { name: string; hidden: boolean }[] }>(ask, `${path}.json`);
  const shown = new Set(tables.filter(({ hidden }) => !hidden).map(({ name }) => name));
  return database.tables.filter(({ name, uncounted }) => uncounted === undefined && shown.has(name));
}

/** The table's first page. `_where=1` has Datasette count the rows instead of taking the count from the inspect data. */
async function countRows(ask: Ask, path: string, table: Table): Promise<TablePage> {
  const plain = `${path}?${plainQuery}`;
  const counted = await ask(`${plain}&_where=1`);
  const response = counted.status === 403 ? await ask(plain) : counted;
  mustBeOk(path, response);
  const page = parse(response) as TablePage;
  const { filtered_table_rows_count: rows } = page;
  if (rows !== null && rows !== table.rows)
    throw checkError(path, `counts ${rows} rows, not ${table.rows}`, { rows, expectedRows: table.rows, table: table.name });
  return page;
}
