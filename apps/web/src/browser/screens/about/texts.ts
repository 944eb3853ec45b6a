import type { Choices, ColumnChoice, PreparedTable, TableChoice } from "@datasette-publish/workbench/protocol";

/** What a table says of itself, as chosen or else as its file says. */
export function tableText(choices: Choices, table: PreparedTable, of: "title" | "description"): string {
  return choices.tables[table.name]?.[of] ?? table[of] ?? "";
}

/** The choices with another text of a table. */
export function withTableText(choices: Choices, table: string, text: Pick<TableChoice, "title" | "description">): Choices {
  return { ...choices, tables: { ...choices.tables, [table]: { ...choices.tables[table], ...text } } };
}

/** What a column holds, as chosen or else as its file says. `column` is its name as it comes out. */
export function columnText(choices: Choices, table: PreparedTable, column: string): string {
  const key = columnKey(choices, table.name, column);
  return choices.tables[table.name]?.columns?.[key]?.description ?? table.columns.find(({ name }) => name === column)?.description ?? "";
}

/** The choices with another text of a column. */
export function withColumnText(choices: Choices, table: string, column: string, description: string): Choices {
  const key = columnKey(choices, table, column);
  const { [table]: of, ...others } = choices.tables;
  return {
    ...choices,
    tables: { ...others, [table]: { ...of, columns: { ...of?.columns, [key]: { ...of?.columns?.[key], description } } } },
  };
}

/** What choices call a column: as its file does, also when it was renamed. */
function columnKey(choices: Choices, table: string, column: string): string {
  const columns: Readonly<Record<string, ColumnChoice>> = choices.tables[table]?.columns ?? {};
  return Object.keys(columns).find((key) => columns[key]?.name === column) ?? column;
}
