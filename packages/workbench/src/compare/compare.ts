import { DatabaseSync } from "node:sqlite";
import { quoteName } from "@datasette-publish/core";
import type { Change, TableChange } from "../protocol.ts";
import { readTables, type TableShape } from "./table-shape.ts";

/** How tables are compared. */
export interface CompareOptions {
  /** Columns that tell the rows of a table apart, in the place of its primary key; only where no two rows have the same. */
  readonly keys?: Readonly<Record<string, readonly string[]>>;
  readonly signal?: AbortSignal;
}

/**
 * What an update changes: each table of two SQLite files, as they come out. Rows are told apart by the primary key that both tables have, or
 * by `keys`, else compared whole, where a row that is there twice is two rows. Columns that only one of the two has are not compared.
 *
 * SQLite does the work, in memory that does not grow with the tables: what it sorts it keeps in temporary files. It blocks the
 * thread for as long as it takes; `signal` is looked at between tables.
 */
export function compare(before: string, after: string, { keys = {}, signal }: CompareOptions = {}): Change {
  const db = new DatabaseSync(":memory:");
  try {
    db.exec("PRAGMA temp_store = FILE; PRAGMA cache_size = -16000");
    for (const [name, file] of [
      ["before", before],
      ["after", after],
    ] as const)
      db.exec(`ATTACH ${text(`file:${encodeURI(file).replaceAll(/[?#]/g, encodeURIComponent)}?mode=ro`)} AS ${name}`);
    const [old, now] = [readTables(db, "before"), readTables(db, "after")];
    const names = [...new Set([...old.keys(), ...now.keys()])].sort();
    const tables = names.map((name) => {
      signal?.throwIfAborted();
      return compareTable(db, name, old.get(name), now.get(name), keys[name]);
    });
    return { tables };
  } finally {
    db.close();
  }
}

function compareTable(
  db: DatabaseSync,
  table: string,
  before: TableShape | undefined,
  after: TableShape | undefined,
  wanted: readonly string[] | undefined,
): TableChange {
  const [rowsBefore, rowsAfter] = [before, after].map((shape) => shape?.rows ?? 0) as [number, number];
  const nothing = { key: [], newColumns: [], goneColumns: [], types: [], newRows: 0, changedRows: 0, goneRows: 0 };
  const base = { table, rowsBefore, rowsAfter, ...nothing };
  if (before === undefined) return { ...base, state: "new", newRows: rowsAfter };
  if (after === undefined) return { ...base, state: "gone", goneRows: rowsBefore };
  const shared = [...after.columns.keys()].filter((column) => before.columns.has(column));
  const key = keyOf(db, table, before, after, wanted);
  const counts = key.length > 0 ? countByKey(db, table, key, shared) : countWhole(db, table, shared);
  const columns = {
    newColumns: [...after.columns.keys()].filter((column) => !before.columns.has(column)),
    goneColumns: [...before.columns.keys()].filter((column) => !after.columns.has(column)),
    types: shared.flatMap((column) => {
      const [was, is] = [before.columns.get(column)!, after.columns.get(column)!];
      return was === is ? [] : [{ column, before: was, after: is }];
    }),
  };
  const isSame = [...Object.values(counts), ...Object.values(columns).map(({ length }) => length)].every((count) => count === 0);
  return { ...base, state: isSame ? "same" : "changed", key, ...counts, ...columns };
}

/** The columns that tell rows apart on both sides; none: there are no such. */
function keyOf(db: DatabaseSync, table: string, before: TableShape, after: TableShape, wanted?: readonly string[]): readonly string[] {
  if (wanted === undefined) return before.key.join("\0") === after.key.join("\0") ? after.key : [];
  const isThere = wanted.length > 0 && wanted.every((column) => before.columns.has(column) && after.columns.has(column));
  return isThere && ["before", "after"].every((schema) => isUnique(db, schema, table, wanted)) ? wanted : [];
}

function isUnique(db: DatabaseSync, schema: string, table: string, columns: readonly string[]): boolean {
  const list = columns.map(quoteName).join();
  const isNull = columns.map((column) => `${quoteName(column)} IS NULL`).join(" OR ");
  const from = `${schema}.${quoteName(table)}`;
  const sql = `SELECT EXISTS (SELECT 1 FROM ${from} WHERE ${isNull}) OR EXISTS (SELECT 1 FROM ${from} GROUP BY ${list} HAVING count(*) > 1) AS found`;
  return (db.prepare(sql).get() as { found: number }).found === 0;
}

type Counts = Pick<TableChange, "newRows" | "changedRows" | "goneRows">;

/**
 * One side is sorted by the key and the other looked up in it: by its own index where the key is its primary key, else by one that SQLite
 * makes for the query.
 */
function countByKey(db: DatabaseSync, table: string, key: readonly string[], columns: readonly string[]): Counts {
  const [old, now] = [`before.${quoteName(table)}`, `after.${quoteName(table)}`];
  const onKey = key.map((column) => `old.${quoteName(column)} = now.${quoteName(column)}`).join(" AND ");
  const differs = columns.map((column) => `old.${quoteName(column)} IS NOT now.${quoteName(column)} COLLATE BINARY`).join(" OR ");
  const count = (sql: string): number => (db.prepare(sql).get() as { n: number }).n;
  const matched = count(`SELECT count(*) AS n FROM ${now} AS now CROSS JOIN ${old} AS old ON ${onKey}`);
  return {
    newRows: count(`SELECT count(*) AS n FROM ${now}`) - matched,
    goneRows: count(`SELECT count(*) AS n FROM ${old}`) - matched,
    changedRows: count(`SELECT count(*) AS n FROM ${now} AS now CROSS JOIN ${old} AS old ON ${onKey} WHERE ${differs}`),
  };
}

/** Rows that are alike are counted on both sides: what one side has more is new, or gone. */
function countWhole(db: DatabaseSync, table: string, columns: readonly string[]): Counts {
  if (columns.length === 0) return { ...countRows(db, table), changedRows: 0 };
  const list = columns.map((column, at) => `${quoteName(column)} COLLATE BINARY AS c${at}`).join();
  const sql = `SELECT coalesce(sum(max(more, 0)), 0) AS newRows, coalesce(sum(max(-more, 0)), 0) AS goneRows FROM (
    SELECT sum(side) AS more FROM (
      SELECT ${list}, 1 AS side FROM after.${quoteName(table)} UNION ALL SELECT ${list}, -1 FROM before.${quoteName(table)}
    ) GROUP BY ${columns.map((_, at) => `c${at}`).join()} HAVING more <> 0)`;
  return { ...(db.prepare(sql).get() as { newRows: number; goneRows: number }), changedRows: 0 };
}

/** Where no column is shared, no row is. */
function countRows(db: DatabaseSync, table: string): Pick<Counts, "newRows" | "goneRows"> {
  const sql = `SELECT (SELECT count(*) FROM after.${quoteName(table)}) AS newRows, (SELECT count(*) FROM before.${quoteName(table)}) AS goneRows`;
  return db.prepare(sql).get() as { newRows: number; goneRows: number };
}

const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;
