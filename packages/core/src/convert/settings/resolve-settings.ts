import type { ConvertOptions } from "../dataset.ts";
import { columnNames } from "../names.ts";
import type { SettingsFile } from "./find-settings.ts";
import { checkOptions } from "./option-errors.ts";
import { requireOptionColumns, requireSettingsColumns } from "./require-columns.ts";
import { FilesResolver } from "./resolve-files.ts";
import { TablesResolver, type ResolvedTable } from "./resolve-tables.ts";
import type { FileSettings } from "./settings.ts";

/** What options and files of settings say, by the file and the table that it is said of. */
export interface ResolvedSettings {
  /**
   * What is said of a file. Discovery asks for every file that it comes upon, before it reads it; `label` is where it is in the folder or
   * archive that was given, `name` what messages call it.
   */
  fileSettings(label: string, name: string): FileSettings;
  /** Whether something is said of this file, and not only of all. */
  isFileNamed(label: string, name: string): boolean;
  /** Every file that was named was asked for. @throws PublishError `OPTION_INVALID`, `SETTINGS_INVALID` with the nearest */
  requireFiles(): void;
  /**
   * Makes columns of a table known, so that a name of one is understood: by what `header` calls them, and by their names in the table, in
   * the same order. Each file of a table may add some, and so may an option that names or adds columns.
   */
  addTable(table: string, header: readonly string[], columns?: readonly string[]): void;
  /** What is said of a table that was added: its columns by the names that come out. Exact once every table was added. */
  tableSettings(table: string): ResolvedTable;
  /**
   * Every table and column that was named was added.
   * @throws PublishError `CONVERT_COLUMN_MISSING`, `SETTINGS_INVALID` with the nearest
   */
  requireColumns(): void;
}

/**
 * Merges what is said, key by key: an option wins over a file of settings, one file or column over all, `table.column` over a column's
 * name alone. Words that stand for no value add up.
 * @throws PublishError `OPTION_INVALID` for a value that its option does not take
 */
export function resolveSettings(options: ConvertOptions, sources: readonly SettingsFile[]): ResolvedSettings {
  checkOptions(options);
  const files = new FilesResolver(options, sources);
  const tables = new TablesResolver(options, sources);
  /** What is to be left out and is no file is a column. */
  const leftOut = (): string[] => (options.leaveOut ?? []).filter((name) => !files.has(name));
  return {
    fileSettings: (label, name) => files.settingsOf({ label, name }),
    isFileNamed: (label, name) => files.isSaid({ label, name }),
    requireFiles: () => files.requireFiles(),
    addTable: (table, header, columns = columnNames(header)) => tables.names.add(table, header, columns),
    tableSettings: (table) => tables.settingsOf(table, leftOut()),
    requireColumns: () => {
      // Columns are known by the names that they are to have, too.
      for (const table of tables.names.tables) tables.settingsOf(table, leftOut());
      requireOptionColumns(tables, options, leftOut());
      for (const source of sources) requireSettingsColumns(tables.names, source, (table) => files.isLeftOut(table));
    },
  };
}
