import { nameKey } from "../names.ts";

/** The columns of a table. */
interface TableColumns {
  readonly columns: Set<string>;
  /** By {@link keyOf}: under its names in the table, in the file, and as it is renamed. */
  readonly byKey: Map<string, string>;
}

/** Finds the columns that a name means: those of that name in every table, else, for `table.column`, the column of the one table. */
export class ColumnNames {
  readonly #tables = new Map<string, TableColumns>();
  /** The {@link keyOf} of every column's names. */
  readonly #keys = new Set<string>();

  /** Columns of a table, which may have others: `header` is what a file calls them. */
  add(table: string, header: readonly string[], columns: readonly string[]): void {
    const known = this.#tables.get(table) ?? { columns: new Set(), byKey: new Map() };
    this.#tables.set(table, known);
    for (const column of columns) {
      known.columns.add(column);
      this.alias(table, column, column);
    }
    for (const [index, name] of header.entries()) this.alias(table, name, columns[index]!);
  }

  /** Another name for a column, unless a column has it. */
  alias(table: string, name: string, column: string): void {
    const key = keyOf(name);
    const { byKey } = this.#tables.get(table)!;
    if (!byKey.has(key)) byKey.set(key, column);
    this.#keys.add(key);
  }

  get tables(): readonly string[] {
    return [...this.#tables.keys()];
  }

  columnsOf(table: string): readonly string[] {
    return [...(this.#tables.get(table)?.columns ?? [])];
  }

  /** The column of a table by its name alone, in any case: as the table has it, else as the file has it. */
  columnOf(name: string, table: string): string | undefined {
    return this.#tables.get(table)?.byKey.get(keyOf(name));
  }

  /** The column of `table` that a name means. */
  find(name: string, table: string): string | undefined {
    if (this.isColumn(name)) return this.columnOf(name, table);
    const [qualifier, column] = this.split(name) ?? [];
    return qualifier === table ? column : undefined;
  }

  /** Whether a name is that of a column by itself. */
  isColumn(name: string): boolean {
    return this.#keys.has(keyOf(name));
  }

  /** The table and the column of a `table.column`, by the longest name of a table that fits. */
  split(name: string): readonly [table: string, column: string] | undefined {
    if (this.isColumn(name)) return undefined;
    for (let dot = name.lastIndexOf("."); dot > 0; dot = name.lastIndexOf(".", dot - 1)) {
      const table = name.slice(0, dot);
      const column = this.columnOf(name.slice(dot + 1), table);
      if (column !== undefined) return [table, column];
    }
    return undefined;
  }

  /** Whether a name means any column. */
  has(name: string): boolean {
    return this.isColumn(name) || this.split(name) !== undefined;
  }
}

/** By which names are the same: SQLite's case, and composed as Unicode has it. */
function keyOf(name: string): string {
  return nameKey(name.normalize());
}
