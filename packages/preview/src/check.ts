import { PublishError, step, tildeEncode, type Context, type Database, type Facts, type Site, type Table } from "@datasette-publish/core";
import type { Preview, PreviewResponse } from "./preview.ts";

/** What {@link checkSite} asked for. */
export interface CheckResult {
  readonly requests: number;
  readonly tables: number;
  readonly ms: number;
}

/**
 * Asks Datasette for the home page, every database and every table that is not hidden, and counts the rows anew.
 * @throws PublishError `CHECK_FAILED` at the first page that fails or count that differs.
 */
export async function checkSite(preview: Preview, site: Site, ctx: Context): Promise<CheckResult> {
  return await step(ctx, "preview.check", "Check the site in Datasette", async (handle) => {
    const startedMs = performance.now();
    let requests = 0;
    let tables = 0;
    const ask = async (path: string): Promise<PreviewResponse> => {
      ctx.signal?.throwIfAborted();
      requests++;
      return await preview.request(path);
    };
    mustBeOk("/", await ask("/"));
    const listed = await askJson<{ name: string }[]>(ask, "/-/databases.json");
    const { databases } = site.dataset;
    for (const { name } of databases)
      if (!listed.some((one) => one.name === name)) throw checkError("/-/databases.json", `does not list the database ${name}`, {});
    const rows = databases.flatMap((database) => database.tables).reduce((sum, table) => sum + table.rows, 0);
    let rowsDone = 0;
    for (const database of databases)
      for (const table of await visibleTables(ask, database)) {
        await checkTable(ask, database, table);
        tables++;
        rowsDone += table.rows;
        handle.progress(rowsDone, rows, "rows");
      }
    return { requests, tables, ms: Math.round(performance.now() - startedMs) };
  });
}

type Ask = (path: string) => Promise<PreviewResponse>;

async function visibleTables(ask: Ask, database: Database): Promise<Table[]> {
  const path = `/${tildeEncode(database.name)}`;
  mustBeOk(path, await ask(path));
  const { tables } = await askJson<{ tables: { name: string; hidden: boolean }[] }>(ask, `${path}.json`);
  const shown = new Set(tables.filter(({ hidden }) => !hidden).map(({ name }) => name));
  return database.tables.filter(({ name, uncounted }) => uncounted === undefined && shown.has(name));
}

/** `_where=1` has Datasette count the rows instead of taking the count from the inspect data. */
async function checkTable(ask: Ask, database: Database, table: Table): Promise<void> {
  const path = `/${tildeEncode(database.name)}/${tildeEncode(table.name)}.json?_size=1&_shape=objects`;
  const counted = await ask(`${path}&_where=1`);
  const response = counted.status === 403 ? await ask(path) : counted;
  mustBeOk(path, response);
  const { filtered_table_rows_count: rows } = JSON.parse(response.body.toString()) as { filtered_table_rows_count: number | null };
  if (rows !== null && rows !== table.rows)
    throw checkError(path, `counts ${rows} rows, not ${table.rows}`, { rows, expectedRows: table.rows, table: table.name });
}

async function askJson<T>(ask: Ask, path: string): Promise<T> {
  const response = await ask(path);
  mustBeOk(path, response);
  return JSON.parse(response.body.toString()) as T;
}

function mustBeOk(path: string, { status, body }: PreviewResponse): void {
  if (status !== 200) throw checkError(path, `answers ${status}`, { status, datasette: errorText(body.toString()) });
}

/** Datasette's error: `error` of a JSON answer, or the words of an HTML page. */
function errorText(body: string): string {
  try {
    const { error } = JSON.parse(body) as { error?: unknown };
    if (typeof error === "string") return error;
  } catch {
    // Not JSON: an HTML page.
  }
  const main = /<section class="content">([\s\S]*?)<\/section>/.exec(body)?.[1] ?? body;
  return main
    .replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, 500);
}

function checkError(path: string, problem: string, facts: Facts): PublishError {
  const detail = typeof facts["datasette"] === "string" && facts["datasette"] !== "" ? `: ${facts["datasette"]}` : "";
  const hint = "Correct the metadata or the data that Datasette names, then run the command again.";
  return new PublishError("CHECK_FAILED", `Datasette's page ${path} ${problem}${detail}`, hint, { path, ...facts });
}
