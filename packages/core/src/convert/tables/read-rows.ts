import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from "node:sqlite";
import type { LookupTable } from "../dataset.ts";
import { pickName, quoteName } from "../names.ts";
import type { ColumnPlan } from "./column-plan.ts";
import { takenNames } from "./existing.ts";
import type { TablePlan } from "./table-plan.ts";

/** The values of a row, one for each column of the plan: of a lookup the label, of an integer a BigInt. */
export type Row = readonly SQLOutputValue[];

/** Gives the row of the next record, by what its fields became; undefined: there is none. */
export type NextRow = (values: readonly SQLInputValue[]) => Row | undefined;

/** Reads the rows of a table in the order of the records that they are from. */
export function readRows(db: DatabaseSync, plan: TablePlan): NextRow {
  const [key] = plan.primaryKey;
  const at = plan.primaryKey.length === 1 ? plan.columns.findIndex(({ name, type }) => name === key && type === "INTEGER") : -1;
  return at < 0 ? inOrder(db, plan) : byKey(db, plan, at);
}

/** A rowid that no column gives follows the order of the records. */
function inOrder(db: DatabaseSync, plan: TablePlan): NextRow {
  const rows = select(db, plan, "ORDER BY rowid").iterate() as unknown as Iterator<Row>;
  return () => {
    const { done, value } = rows.next();
    return done === true ? undefined : value;
  };
}

/** @param at the position of the column that is the rowid */
function byKey(db: DatabaseSync, plan: TablePlan, at: number): NextRow {
  const { name, lookup } = plan.columns[at]!;
  const id = lookup === undefined ? "?" : `(SELECT id FROM ${indexLabels(db, lookup)} WHERE label = ?)`;
  const find = select(db, plan, `WHERE ${quoteName(name)} = ${id}`);
  return (values) => find.get(values[at]!) as unknown as Row | undefined;
}

/** Makes a table of the labels that finds each without a look at all of them. It goes with the connection, and is no part of the database. */
function indexLabels(db: DatabaseSync, { table, label }: LookupTable): string {
  // A temporary table hides one of the same name.
  const name = `temp.${quoteName(pickName("labels", "-", takenNames(db)))}`;
  db.exec(`DROP TABLE IF EXISTS ${name}`);
  db.exec(`CREATE TABLE ${name} (label TEXT PRIMARY KEY, id INTEGER) WITHOUT ROWID`);
  const labels = `SELECT ${quoteName(label)} AS label, min(id) FROM ${quoteName(table)} GROUP BY 1 HAVING label IS NOT NULL`;
  db.exec(`INSERT INTO ${name} ${labels}`);
  return name;
}

function select(db: DatabaseSync, { table, columns }: TablePlan, rest: string): StatementSync {
  const statement = db.prepare(`SELECT ${columns.map((column) => valueSql(table, column)).join(", ")} FROM ${quoteName(table)} ${rest}`);
  statement.setReturnArrays(true);
  statement.setReadBigInts(true);
  return statement;
}

function valueSql(table: string, { name, lookup }: ColumnPlan): string {
  const column = `${quoteName(table)}.${quoteName(name)}`;
  if (lookup === undefined) return column;
  return `(SELECT ${quoteName(lookup.label)} FROM ${quoteName(lookup.table)} AS labels WHERE labels.id = ${column})`;
}
