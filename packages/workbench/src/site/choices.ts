import type { ConvertOptions, SiteOptions } from "@datasette-publish/core";
import type { About, Choices, ColumnChoice } from "../protocol.ts";

type Options = Required<Pick<ConvertOptions, "files" | "columns" | "tables" | "primaryKey" | "fts" | "index">>;

/**
 * What was chosen, as core takes it. A column is `table.column`, so that a choice is of one table. They win over a `publish.yaml` beside
 * the data key by key.
 *
 * @param isThere whether a file of this name may be there: what was chosen about another is passed over
 */
export function toConvertOptions({ files, tables }: Choices, isThere: (file: string) => boolean): Options {
  const columns = Object.entries(tables).flatMap(([table, { columns: of = {} }]) =>
    Object.entries(of).map(([column, choice]) => [`${table}.${column}`, choice] as const),
  );
  const having = (is: (choice: ColumnChoice) => boolean | undefined) =>
    columns.filter(([, choice]) => choice.leaveOut !== true && is(choice)).map(([column]) => column);
  return {
    files: Object.fromEntries(Object.entries(files).filter(([file]) => isThere(file))),
    columns: Object.fromEntries(columns.map(([column, { search: _s, key: _k, index: _i, ...settings }]) => [column, settings])),
    tables: Object.fromEntries(Object.entries(tables).map(([table, { columns: _columns, ...texts }]) => [table, texts])),
    primaryKey: having(({ key }) => key),
    fts: having(({ search }) => search),
    index: having(({ index }) => index),
  };
}

/** The name by which a column is chosen about: the one that it had before it was renamed. */
export function chosenName(choices: Choices, table: string, column: string): string {
  const columns = Object.entries(choices.tables[table]?.columns ?? {});
  return columns.find(([, { name }]) => name === column)?.[0] ?? column;
}

/** Choices with more about one column. */
export function withColumn(choices: Choices, table: string, column: string, more: ColumnChoice): Choices {
  const of = choices.tables[table];
  const columns = { ...of?.columns, [column]: { ...of?.columns?.[column], ...more } };
  return { ...choices, tables: { ...choices.tables, [table]: { ...of, columns } } };
}

/** Choices without those about one column, `table.column`; null where there are none about it. */
export function withoutColumn(choices: Choices, qualified: string): Choices | null {
  for (const [table, choice] of Object.entries(choices.tables)) {
    const { [qualified.slice(table.length + 1)]: gone, ...columns } = choice.columns ?? {};
    if (gone !== undefined && qualified.startsWith(`${table}.`))
      return { ...choices, tables: { ...choices.tables, [table]: { ...choice, columns } } };
  }
  return null;
}

/** What the site says of itself, as core takes it: a blank field says nothing. */
export function toSiteOptions(about: About): SiteOptions {
  return Object.fromEntries(Object.entries(about).filter(([, text]) => typeof text === "string" && text.trim() !== "")) as SiteOptions;
}
