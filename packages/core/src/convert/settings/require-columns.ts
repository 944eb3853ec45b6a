import { nearest } from "../../errors/nearest.ts";
import { PublishError } from "../../errors/publish-error.ts";
import { setOption, type Remedies } from "../../errors/remedies.ts";
import type { ConvertOptions } from "../dataset.ts";
import type { ColumnNames } from "./column-names.ts";
import type { SettingsFile } from "./find-settings.ts";
import { optionOf, optionValue } from "./option-errors.ts";
import type { TablesResolver } from "./resolve-tables.ts";
import { settingsError } from "./settings-error.ts";
import { every, type TableSettings } from "./settings.ts";

/** Columns and tables that an error offers. */
const mostOffered = 20;

/**
 * Every column that options name is in a table. `leftOut` are the names of columns to leave out.
 * @throws PublishError `CONVERT_COLUMN_MISSING` with the nearest
 */
export function requireOptionColumns(tables: TablesResolver, options: ConvertOptions, leftOut: readonly string[]): void {
  const { names } = tables;
  for (const [name, settings] of tables.columnLayers)
    if (!names.has(name)) throw missing(names, optionOf(settings), name, (meant) => optionValue(meant, settings));
  for (const name of leftOut) if (!names.has(name)) throw missing(names, "leaveOut", name);
  for (const name of options.fts ?? []) if (!names.has(name)) throw missing(names, "fts", name);
  const plain = (options.primaryKey ?? []).filter((name) => names.split(name) === undefined);
  const hasAll = (table: string): boolean => plain.every((name) => names.columnOf(name, table) !== undefined);
  if (plain.length > 0 && !names.tables.some(hasAll)) throw missing(names, "primaryKey", plain.join(", "));
  for (const spec of options.index ?? [])
    if (!names.tables.some((table) => tables.indexIn(table, spec).length > 0)) throw missing(names, "index", spec);
}

/**
 * Every table and column that a file of settings names is there: a table, where all of its files were given; a column, where its table is there.
 * @throws PublishError `SETTINGS_INVALID` with the nearest
 */
export function requireSettingsColumns(names: ColumnNames, source: SettingsFile, isLeftOut: (table: string) => boolean): void {
  for (const [table, settings] of Object.entries(source.settings.tables ?? {})) {
    const isThere = table === every || names.tables.includes(table);
    if (isThere) for (const [column, ...path] of columnsIn(settings)) requireColumn(names, source, [table, ...path], column);
    else if (source.whole && !isLeftOut(table))
      throw unknown(source, ["tables", table], `no table is called ${table}`, nearestOf(table, names.tables));
  }
}

/** The columns that the settings of a table name, each with the keys that it is below of. */
function columnsIn({ columns = {}, key = [], search = [], index = [] }: TableSettings): (readonly [column: string, ...path: string[]])[] {
  return [
    ...Object.keys(columns).map((column) => [column, "columns"] as const),
    ...key.map((column) => [column, "key"] as const),
    ...search.map((column) => [column, "search"] as const),
    ...index.flat().map((column) => [column, "index"] as const),
  ];
}

function requireColumn(names: ColumnNames, source: SettingsFile, [table, key]: readonly string[], column: string): void {
  const tables = table === every ? names.tables : [table!];
  if (tables.some((one) => names.columnOf(column, one) !== undefined)) return;
  const known = tables.flatMap((one) => names.columnsOf(one));
  const message = `${table === every ? "no table" : `the table ${table}`} has ${table === every ? "a" : "no"} column ${column}`;
  throw unknown(source, ["tables", table!, key!, column], message, nearestOf(column, known));
}

function unknown({ name: file, lineOf }: SettingsFile, path: readonly string[], message: string, meant: readonly string[]): PublishError {
  const advice = meant.length === 1 ? `Write ${meant[0]}.` : `Write one of ${meant.join(", ")}.`;
  return settingsError({ file, line: lineOf(...path), key: path.at(-1)! }, message, meant.length === 0 ? "" : advice);
}

/** The name that was likely meant, else all there are, up to a number. */
function nearestOf(name: string, known: readonly string[]): readonly string[] {
  const meant = nearest(name, known);
  return meant === undefined ? [...new Set(known)].slice(0, mostOffered) : [meant];
}

const noTables = "Leave the option out: no file is converted, as SQLite files are published as they are.";

/** What the column options are for. */
const purposes: Readonly<Record<string, string>> = {
  primaryKey: " for the primary key",
  fts: " for full-text search",
  index: " for an index",
};

function missing(names: ColumnNames, option: string, column: string, toValue = (meant: string): string => meant): PublishError {
  const plain = [...new Set(names.tables.flatMap((table) => names.columnsOf(table)))];
  const qualified = names.tables.flatMap((table) => names.columnsOf(table).map((name) => `${table}.${name}`));
  const meant = nearest(column, plain) ?? nearest(column, qualified);
  const offered = meant === undefined ? plain.slice(0, mostOffered) : [meant];
  const offers: Remedies = offered.length === 0 ? noTables : offered.map((name) => setOption(option, toValue(name)));
  return new PublishError(
    "CONVERT_COLUMN_MISSING",
    `No table has the column${column.includes(", ") ? "s" : ""} ${column}${purposes[option] ?? ""}.`,
    offers,
    { option, column, ...(meant !== undefined && { nearest: meant }) },
  );
}
