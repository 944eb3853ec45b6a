import type { Choices, ColumnChoice, FileChoice, TableChoice } from "@datasette-publish/workbench/protocol";

/** Changes of an object: a key of `undefined` goes. */
export type Changes<Of> = { readonly [Key in keyof Of]?: Of[Key] | undefined };

/** An object with changes. */
function changed<Of extends object>(of: Of | undefined, changes: Changes<Of>): Of {
  return Object.fromEntries(Object.entries({ ...of, ...changes }).filter(([, value]) => value !== undefined)) as Of;
}

export function withFile(choices: Choices, file: string, changes: Changes<FileChoice>): Choices {
  return { ...choices, files: { ...choices.files, [file]: changed(choices.files[file], changes) } };
}

export function withTable(choices: Choices, table: string, changes: Changes<TableChoice>): Choices {
  return { ...choices, tables: { ...choices.tables, [table]: changed(choices.tables[table], changes) } };
}

/** `column` is the name that it has in the file, or got at first. */
export function withColumn(choices: Choices, table: string, column: string, changes: Changes<ColumnChoice>): Choices {
  const columns = choices.tables[table]?.columns;
  return withTable(choices, table, { columns: { ...columns, [column]: changed(columns?.[column], changes) } });
}

/** Name by which a column is chosen about: the one that it had before it was renamed. */
export function firstName(choices: Choices, table: string, column: string): string {
  const renamed = Object.entries(choices.tables[table]?.columns ?? {}).find(([, { name }]) => name === column);
  return renamed?.[0] ?? column;
}

/** What is chosen about a column, by the name that it has now. */
export function columnChoice(choices: Choices, table: string, column: string): ColumnChoice {
  return choices.tables[table]?.columns?.[firstName(choices, table, column)] ?? {};
}

/** Another name for the table of a file; what was chosen about it goes along. Blank: the name that the file gives it. */
export function renameTable(choices: Choices, file: string, before: string, after: string): Choices {
  const { [before]: of, ...others } = choices.tables;
  const named = withFile(choices, file, { table: after === "" ? undefined : after });
  return after === "" || after === before || of === undefined ? named : { ...named, tables: { ...others, [after]: of } };
}

/** Columns that are left out of a table. */
export function leftOutColumns(choices: Choices, table: string): string[] {
  const columns = choices.tables[table]?.columns ?? {};
  return Object.keys(columns).filter((column) => columns[column]?.leaveOut === true);
}
