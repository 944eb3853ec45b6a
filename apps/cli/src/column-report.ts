import { explain, hideValues, type Column, type PublishResult, type Table } from "@datasette-publish/core";
import { renderTable } from "./table.ts";

/** Whether values of the data may be shown: a log of a CI service is read by others. */
export function showsValues({ CI }: NodeJS.ProcessEnv, examples: boolean | undefined): boolean {
  return examples === true || CI === undefined || /^(?:|0|false)$/i.test(CI);
}

/** A database's report without any value of its columns. */
export function withoutValues<T extends { readonly tables: readonly Table[] }>(database: T): T {
  return { ...database, tables: database.tables.map((table) => ({ ...table, columns: table.columns.map(hideValues) })) };
}

/** Two lines for each column: its type and why it is that, and what is in it. */
export function renderColumns(columns: readonly Column[]): string[] {
  return renderTable(
    columns.flatMap((column) => [
      [`    ${column.name}`, column.type, reasonOf(column)],
      ["", "", contentOf(column)],
    ]),
  );
}

/** Columns that a publish names. */
const mostNamed = 10;

/** The columns of converted tables that have something to say, each with what it is; nothing where none has. */
export function renderNotable(databases: PublishResult["databases"], isShown: boolean): string[] {
  const rows = databases.flatMap(({ tables }) => tables.flatMap((table) => notableRows(table, isShown)));
  const more = rows.length - mostNamed;
  if (rows.length === 0) return [];
  return [
    "Columns to look at:",
    ...renderTable(rows.slice(0, mostNamed)),
    ...(more > 0 ? [`  and ${more} more; publish convert tells all`] : []),
  ];
}

function notableRows({ name, columns }: Table, isShown: boolean): string[][] {
  const notable = columns.filter(isNotable).map((column) => (isShown ? column : hideValues(column)));
  return notable.map((column) => [`  ${name}.${column.name}`, column.type, reasonOf(column)]);
}

/** Types that are what anybody expects. */
const usual: ReadonlySet<string> = new Set(["integers", "decimals", "blank", "given", "dates", "words"]);

function isNotable({ reason, example, converted, private: kind }: Column): boolean {
  if (converted !== undefined || kind !== undefined || !usual.has(reason.rule)) return true;
  // Words below what looked like numbers.
  return reason.rule === "words" && reason.value !== undefined && reason.value !== example;
}

function reasonOf(column: Column): string {
  const why = column.lookup === undefined ? explain(column) : `its values are in the table ${column.lookup.table}`;
  return shorten(why, mostReason) + (column.private === undefined ? "" : `; it looks like private data (${column.private})`);
}

function contentOf({ nulls, distinct, least, greatest, longest }: Column): string {
  const range = least === null || greatest === null ? [] : [`from ${shorten(least)} to ${shorten(greatest)}`];
  const parts = [
    ...(distinct.count > 0 ? [`${distinct.isCapped ? "at least " : ""}${distinct.count.toLocaleString("en")} different`, ...range] : []),
    ...(nulls > 0 ? [`${nulls.toLocaleString("en")} NULL`] : []),
    ...(longest > 0 ? [`longest ${longest.toLocaleString("en")}`] : []),
  ];
  return parts.join(", ");
}

/** Characters of a value, and of a reason, that are shown. */
const [mostValue, mostReason] = [40, 200];

function shorten(text: string, most = mostValue): string {
  return (text.length > most ? `${text.slice(0, most - 1)}…` : text).replaceAll(/\s+/g, " ");
}
