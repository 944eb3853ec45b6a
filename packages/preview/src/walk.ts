import type { CountedPage, Table } from "@datasette-publish/core";
import { askJson, checkError, parse, type Ask } from "./pages.ts";

/** A page of a table as Datasette's JSON has it; columns and keys are in the first one only. */
export interface TablePage extends CountedPage {
  readonly rows: readonly unknown[];
  readonly columns: readonly string[];
  /** Empty: the table is paged by its rowid. */
  readonly primary_keys: readonly string[];
  /** Where the next page begins: the last row's keys, behind the value that the table is sorted by, if it is. */
  readonly next: string | null;
}

/** Facets and suggestions cost seconds in a wide table. */
export const plainQuery = "_nofacet=1&_nosuggest=1";
/** A table of more rows is looked at in three places. */
const wholeRows = 5000;

/** Follows the pages of tables as a visitor does, and counts the rows that it comes by. */
export class Walker {
  readonly #ask: Ask;
  #leftMs: number;
  /** Rows seen, over all tables. */
  rows = 0;

  /** `leftMs`: how long all walks together may take. */
  constructor(ask: Ask, leftMs: number) {
    this.#ask = ask;
    this.#leftMs = leftMs;
  }

  /**
   * Walks from the first page of a table, within the time that is left.
   * @throws PublishError `CHECK_FAILED` when rows cannot be reached.
   */
  async walk(path: string, table: Table, first: TablePage): Promise<void> {
    this.rows += first.rows.length;
    if (table.rows <= wholeRows) await this.#walkWhole(path, table, first);
    else {
      await this.#walkSecond(path, table, first);
      await this.#walkLast(path, table, first);
    }
  }

  async #walkWhole(path: string, table: Table, first: TablePage): Promise<void> {
    let { next } = first;
    let reached = first.rows.length;
    while (next !== null && reached <= table.rows) {
      if (this.#leftMs <= 0) return;
      const page = await this.#page(path, next);
      reached += page.rows.length;
      next = page.rows.length === 0 ? null : page.next;
    }
    if (reached !== table.rows) throw unreachable(path, table, first, `reaches ${reached} rows, not ${table.rows}`, reached);
  }

  async #walkSecond(path: string, table: Table, first: TablePage): Promise<void> {
    if (this.#leftMs <= 0) return;
    const size = first.rows.length;
    const reached = size + (first.next === null ? 0 : (await this.#page(path, first.next)).rows.length);
    const expected = Math.min(2 * size, table.rows);
    if (reached < expected) throw unreachable(path, table, first, `reaches ${reached} rows in two pages, not ${expected}`, reached);
  }

  /** The rows with the greatest keys, then from the first of them onwards: these must be the end. */
  async #walkLast(path: string, table: Table, first: TablePage): Promise<void> {
    if (this.#leftMs <= 0) return;
    const size = first.rows.length;
    const [key = "rowid", ...more] = first.primary_keys;
    const response = await this.#timed(() => this.#ask(`${path}?${plainQuery}&_nocount=1&_sort_desc=${encodeURIComponent(key)}`));
    // The metadata may forbid to sort, and a large table may take too long.
    if (response.status !== 200) return;
    const greatest = parse(response) as TablePage;
    this.rows += greatest.rows.length;
    if (greatest.rows.length < size) throw unreachable(path, table, first, `ends in ${greatest.rows.length} rows, not ${size}`, null);
    const sorted = (first.next ?? "").split(",").length > more.length + 1;
    if (more.length > 0 || sorted || greatest.next === null) return;
    const [, ...keys] = greatest.next.split(",");
    const last = await this.#page(path, keys.join(","));
    if (last.rows.length === size - 1 && last.next === null) return;
    throw unreachable(path, table, first, `ends in ${last.rows.length} rows, not ${size - 1}`, null);
  }

  async #page(path: string, next: string): Promise<TablePage> {
    const target = `${path}?${plainQuery}&_nocount=1&_next=${encodeURIComponent(next)}`;
    const page = await this.#timed(() => askJson<TablePage>(this.#ask, target));
    this.rows += page.rows.length;
    return page;
  }

  async #timed<T>(work: () => Promise<T>): Promise<T> {
    const startedMs = performance.now();
    const result = await work();
    this.#leftMs -= performance.now() - startedMs;
    return result;
  }
}

function unreachable(path: string, table: Table, first: TablePage, problem: string, reachedRows: number | null) {
  const facts = { table: table.name, expectedRows: table.rows, reachedRows };
  const [, ...own] = first.columns;
  const shadowed = first.primary_keys.length === 0 && own.some((name) => name.toLowerCase() === "rowid");
  const hint = "Rename the column rowid: it hides the row numbers that Datasette finds its pages by.";
  return checkError(path, problem, facts, shadowed ? hint : undefined);
}
