import { warning, type Warning } from "../../events/warnings.ts";
import { isRowidName, nameKey, pickName } from "../names.ts";
import { filesOf, type TableProfile } from "../table-profile.ts";
import type { ColumnPlan } from "./column-plan.ts";

/**
 * The column that is the table's rowid itself under one of its names, as an INTEGER PRIMARY KEY is; undefined when none can be.
 *
 * @param declared the columns of the key that the options name
 * @param searched the columns to search, which FTS5 does not let have such a name
 */
export function rowidColumn(
  columns: readonly ColumnPlan[],
  { files, rowidKeys }: TableProfile,
  declared: readonly string[],
  searched: readonly string[],
): string | undefined {
  const keys = files.length === 1 ? rowidKeys : [];
  const isKey = (name: string): boolean => (declared.length > 0 ? declared.length === 1 && declared[0] === name : keys.includes(name));
  return columns.find(
    ({ name, type, lookup }) => isRowidName(name) && type === "INTEGER" && lookup === undefined && isKey(name) && !searched.includes(name),
  )?.name;
}

/**
 * Gives another name to every column that would hide the rowid, by which Datasette pages, streams and joins search.
 *
 * @param kept the column that is the rowid, from {@link rowidColumn}
 */
export function renameShadows(
  columns: readonly ColumnPlan[],
  profile: TableProfile,
  kept: string | undefined,
  notices: Warning[],
): ColumnPlan[] {
  const taken = new Set(columns.map(({ name }) => nameKey(name)));
  const { table } = profile;
  const file = filesOf(profile);
  return columns.map((column) => {
    const wanted = column.name;
    if (!isRowidName(wanted) || wanted === kept) return column;
    const name = pickName(wanted, "_", taken);
    const message = `${file}: the column ${wanted} becomes ${name}, as its own name would hide rows.`;
    notices.push(warning("COLUMN_RESERVED", message, { file, table, column: name, wanted }));
    return { ...column, name };
  });
}
