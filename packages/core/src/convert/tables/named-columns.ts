import type { ConvertOptions } from "../dataset.ts";
import type { ColumnSettings, TableSettings } from "../settings/settings.ts";
import { addedColumns } from "./added-columns.ts";
import { readShape, type ShapedColumn } from "./shape.ts";

/** The columns of a table that settings may name, each with its other name. */
export interface NamedColumns {
  /** As the files have it, or as a shape renames it. */
  readonly header: readonly string[];
  readonly columns: readonly string[];
}

/**
 * The columns that settings may name: those of the files that a shape keeps, and those that are added.
 *
 * @param header the names as the files have them
 * @param columns the names that they get, one each
 * @throws PublishError `CONVERT_COLUMN_MISSING`, `OPTION_INVALID` for a shape that does not fit
 */
export function namedColumns(table: string, header: readonly string[], columns: readonly string[], options: ConvertOptions): NamedColumns {
  const kept = shapedColumns(table, columns, options);
  const added = addedColumns(options).map(({ name }) => name);
  const written = kept.map(({ column, name }) => (name === column ? header[columns.indexOf(column)]! : name));
  return { header: [...written, ...added], columns: [...kept.map(({ column }) => column), ...added] };
}

/** The columns of the files that a shape keeps, in its order; without a shape, all. */
export function shapedColumns(table: string, columns: readonly string[], { shape }: ConvertOptions): readonly ShapedColumn[] {
  return shape === undefined ? columns.map((name) => ({ column: name, name })) : readShape(shape, table, columns);
}

/**
 * How each of the columns of the files is read, in their order: what is said of it, with the type that a shape gives. What a shape does
 * not keep is left out.
 */
export function columnSettings(
  table: string,
  columns: readonly string[],
  settings: TableSettings,
  options: ConvertOptions,
): ColumnSettings[] {
  const kept = new Map(shapedColumns(table, columns, options).map((shaped) => [shaped.column, shaped]));
  return columns.map((column) => {
    const shaped = kept.get(column);
    if (shaped === undefined) return { leaveOut: true };
    return { ...settings.columns?.[column], ...(shaped.type !== undefined && { type: shaped.type }) };
  });
}
