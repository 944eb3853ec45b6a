import type { ConvertOptions } from "../dataset.ts";
import { ColumnNames } from "./column-names.ts";
import type { SettingsFile } from "./find-settings.ts";
import { every, type ColumnSettings, type TableSettings } from "./settings.ts";

/** Settings of columns in the order in which they count, each by the name that was given. */
type ColumnLayers = readonly (readonly [name: string, settings: ColumnSettings])[];

/** What is said of one table, in the names of its own columns; a list is empty where nothing is said. */
export type ResolvedTable = TableSettings & Required<Pick<TableSettings, "columns" | "key" | "search" | "index">>;

/** What is said of tables and columns, by options and by files of settings. */
export class TablesResolver {
  readonly #options: ConvertOptions;
  readonly #sources: readonly SettingsFile[];
  readonly names = new ColumnNames();

  constructor(options: ConvertOptions, sources: readonly SettingsFile[]) {
    this.#options = options;
    this.#sources = sources;
  }

  /**
   * What is said of a table that was added to `names`, in the names of its own columns. `leftOut` are names of columns to leave out.
   * The names `table.column` of options are only sure once every table was added.
   */
  settingsOf(table: string, leftOut: readonly string[]): ResolvedTable {
    const said = this.#sources.flatMap(({ settings: { tables = {} } }) => [tables[every] ?? {}, tables[table] ?? {}]);
    const { tables: texts = {} } = this.#options;
    const merged: TableSettings = Object.assign({}, ...said, Object.hasOwn(texts, table) && texts[table]) as TableSettings;
    const columns = this.#columnsOf(table, said, leftOut);
    for (const [column, { name }] of Object.entries(columns)) if (name !== undefined) this.names.alias(table, name, column);
    return {
      ...merged,
      columns,
      key: orElse(this.#keyOption(table), () => this.#all(table, merged.key ?? [])),
      search: orElse(this.#each(table, this.#options.fts ?? []), () => this.#all(table, merged.search ?? [])),
      index: orElse(this.#indexOptions(table), () => merged.index?.map((names) => this.#all(table, names)) ?? []),
    };
  }

  /** Names of columns that options have, each as its option has it. */
  get columnLayers(): ColumnLayers {
    return Object.entries(this.#options.columns ?? {});
  }

  #columnsOf(table: string, said: readonly TableSettings[], leftOut: readonly string[]): Record<string, ColumnSettings> {
    const columns: Record<string, ColumnSettings> = Object.create(null) as Record<string, ColumnSettings>;
    const add = (column: string | undefined, settings: ColumnSettings) => {
      if (column !== undefined) columns[column] = mergeColumns(columns[column] ?? {}, settings);
    };
    for (const { null: words, columns: named = {} } of said) {
      if (words !== undefined) for (const column of this.names.columnsOf(table)) add(column, { null: words });
      for (const [name, settings] of Object.entries(named)) add(this.names.columnOf(name, table), settings);
    }
    const { everyColumn } = this.#options;
    if (everyColumn !== undefined) for (const column of this.names.columnsOf(table)) add(column, everyColumn);
    const options = this.columnLayers.toSorted(([a], [b]) => Number(this.names.isColumn(b)) - Number(this.names.isColumn(a)));
    for (const [name, settings] of options) add(this.names.find(name, table), settings);
    for (const name of leftOut) add(this.names.find(name, table), { leaveOut: true });
    return columns;
  }

  /** The key that options name for this table, else for all that have its columns. */
  #keyOption(table: string): string[] {
    const named = this.#options.primaryKey ?? [];
    const own = named.filter((name) => this.names.split(name)?.[0] === table);
    const plain = named.filter((name) => this.names.split(name) === undefined);
    return own.length > 0 ? this.#each(table, own) : this.#all(table, plain);
  }

  #indexOptions(table: string): string[][] {
    return (this.#options.index ?? []).map((spec) => this.indexIn(table, spec)).filter((columns) => columns.length > 0);
  }

  /** The columns of an index, `a,b` or `table.a,b`, where a table has all of them; else none. */
  indexIn(table: string, spec: string): string[] {
    const whole = this.names.find(spec, table);
    if (whole !== undefined) return [whole];
    const [first = "", ...others] = spec.split(",").map((name) => name.trim());
    const isOwn = this.names.split(first)?.[0] === table;
    const columns = [this.names.find(first, table), ...others.map((name) => this.names[isOwn ? "columnOf" : "find"](name, table))];
    return columns.includes(undefined) ? [] : unique(columns as string[]);
  }

  /** The columns of these names, where a table has all of them; else none. */
  #all(table: string, names: readonly string[]): string[] {
    const columns = names.map((name) => this.names.columnOf(name, table));
    return columns.includes(undefined) ? [] : unique(columns as string[]);
  }

  /** Those of the columns that a table has. */
  #each(table: string, names: readonly string[]): string[] {
    return unique(names.flatMap((name) => this.names.find(name, table) ?? []));
  }
}

/** Ways to read a column, of which one is taken: what counts more ends the others. */
const readings = new Set(["date", "datetime", "number"]);

/** What `over` says, and what `under` says besides. Words that stand for no value add up. */
function mergeColumns(under: ColumnSettings, over: ColumnSettings): ColumnSettings {
  const isRead = Object.keys(over).some((key) => readings.has(key));
  const kept = Object.entries(under).filter(([key]) => !isRead || !readings.has(key));
  const words = unique([...(under.null ?? []), ...(over.null ?? [])]);
  return { ...Object.fromEntries(kept), ...over, ...(words.length > 0 && { null: words }) };
}

const unique = (names: readonly string[]): string[] => [...new Set(names)];

function orElse<T>(list: readonly T[], other: () => readonly T[]): readonly T[] {
  return list.length > 0 ? list : other();
}
