import type { Serve } from "./serve.ts";

/** What a table's JSON says of its number of rows: in 0.65's form, and in 1.0's where {@link pageExtras} ask for it. */
export interface CountedPage {
  /** Null: counting would have taken too long, or was not asked for. */
  readonly filtered_table_rows_count?: number | null;
  readonly count?: number | null;
  /** 1.0 counts up to a limit: then there are `count` rows or more. */
  readonly count_truncated?: boolean;
}

/** End of a table's query, for which 1.0's JSON has what 0.65's always has: the count, columns and primary keys. */
export function pageExtras(line: Serve["line"]): string {
  return line === "0.65" ? "" : "&_extra=count,columns,primary_keys";
}

/** The count of a page that cannot be that of a table with so many rows; null when it can be, or when nothing was counted. */
export function wrongCount(
  { filtered_table_rows_count: old, count = old, count_truncated: isPart }: CountedPage,
  rows: number,
): number | null {
  if (typeof count !== "number") return null;
  return (isPart === true ? count > rows : count !== rows) ? count : null;
}
