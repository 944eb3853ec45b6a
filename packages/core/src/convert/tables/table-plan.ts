import { PublishError } from "../../errors/publish-error.ts";
import { setOption } from "../../errors/remedies.ts";
import type { Warning } from "../../events/warnings.ts";
import type { ConvertOptions } from "../dataset.ts";
import { nameKey, pickName } from "../names.ts";
import { filesOf, type TableProfile } from "../table-profile.ts";
import { renameShadows, rowidColumn } from "./rowid.ts";

/** A table to create: its profile, and which of its columns are key, full-text indexed or indexed. */
export interface TablePlan {
  readonly profile: TableProfile;
  readonly primaryKey: readonly string[];
  readonly fts: { readonly table: string; readonly columns: readonly string[] } | null;
  readonly indexes: readonly { readonly name: string; readonly columns: readonly string[] }[];
}

/** Columns that an error offers. */
const mostShown = 20;

const ftsShadows = ["", "_data", "_idx", "_docsize", "_config"];

/**
 * Applies the column options to every table that has the columns, and keeps every rowid reachable. Appends notices to `notices`.
 * @throws PublishError `CONVERT_COLUMN_MISSING` when no table has a named column; `CONVERT_KEY_BLANK` for a blank key.
 */
export function planTables(profiles: readonly TableProfile[], options: ConvertOptions, notices: Warning[]): TablePlan[] {
  const indexes = (options.index ?? []).map((index) => index.split(",").map((column) => column.trim()));
  requireColumns(profiles, "primaryKey", options.primaryKey ?? []);
  for (const column of options.fts ?? []) requireColumns(profiles, "fts", [column]);
  for (const columns of indexes) requireColumns(profiles, "index", columns);
  const taken = new Set(profiles.map(({ table }) => nameKey(table)));
  return profiles.map((found) => {
    const { profile, primaryKey } = planKey(found, options, notices);
    checkKey(profile, primaryKey, options);
    return { profile, primaryKey, fts: planFts(profile, options.fts ?? [], taken), indexes: planIndexes(profile, indexes, taken) };
  });
}

/** The key that the options name, else the column that is the rowid; other columns with a name of the rowid get another. */
function planKey(found: TableProfile, options: ConvertOptions, notices: Warning[]): Pick<TablePlan, "profile" | "primaryKey"> {
  const rowid = rowidColumn(found, resolveAll(found, options.primaryKey ?? []) ?? [], resolveAny(found, options.fts ?? []));
  const profile = renameShadows(found, rowid, notices);
  return { profile, primaryKey: rowid === undefined ? (resolveAll(profile, options.primaryKey ?? []) ?? []) : [rowid] };
}

/** The name of a column: as the table has it, else in another case, else as the file has it. */
function resolve({ columns, header }: TableProfile, column: string): string | undefined {
  const isNamed = (name: string): boolean => nameKey(name) === nameKey(column);
  const exact = columns.find(({ name }) => name === column) ?? columns.find(({ name }) => isNamed(name));
  return (exact ?? columns[header.findIndex(isNamed)])?.name;
}

function resolveAny(profile: TableProfile, columns: readonly string[]): string[] {
  return [...new Set(columns.map((column) => resolve(profile, column)).filter((column) => column !== undefined))];
}

function resolveAll(profile: TableProfile, columns: readonly string[]): string[] | undefined {
  const resolved = columns.map((column) => resolve(profile, column)).filter((column) => column !== undefined);
  return resolved.length === columns.length ? [...new Set(resolved)] : undefined;
}

/** What the column options are for. */
const purposes = { primaryKey: "the primary key", fts: "full-text search", index: "an index" };

function requireColumns(profiles: readonly TableProfile[], option: keyof typeof purposes, columns: readonly string[]): void {
  if (profiles.some((profile) => resolveAll(profile, columns) !== undefined)) return;
  const column = columns.join(", ");
  const known = [...new Set(profiles.flatMap((profile) => profile.columns.map(({ name }) => name)))];
  throw new PublishError(
    "CONVERT_COLUMN_MISSING",
    `No table has the column${columns.length > 1 ? "s" : ""} ${column} for ${purposes[option]}.`,
    known.slice(0, mostShown).map((name) => setOption(option, name)),
    { option, column },
  );
}

function checkKey(profile: TableProfile, primaryKey: readonly string[], options: ConvertOptions): void {
  const { table, columns, blanks } = profile;
  const file = filesOf(profile);
  for (const [index, { name, type }] of columns.entries()) {
    if (!primaryKey.includes(name) || blanks[index] === 0 || (options.emptyAsText && type === "TEXT")) continue;
    throw new PublishError(
      "CONVERT_KEY_BLANK",
      `${file}: the key column ${name} is blank in ${blanks[index]} records.`,
      setOption("primaryKey", undefined, "with a column that every record fills"),
      { file, table, column: name, blanks: blanks[index]! },
    );
  }
}

function planFts(profile: TableProfile, wanted: readonly string[], taken: Set<string>): TablePlan["fts"] {
  const columns = resolveAny(profile, wanted);
  if (columns.length === 0) return null;
  let table = `${profile.table}_fts`;
  for (let number = 2; ftsShadows.some((shadow) => taken.has(nameKey(table + shadow))); number++) table = `${profile.table}_fts-${number}`;
  for (const shadow of ftsShadows) taken.add(nameKey(table + shadow));
  return { table, columns };
}

function planIndexes(profile: TableProfile, wanted: readonly string[][], taken: Set<string>): TablePlan["indexes"] {
  const indexes = new Map<string, string[]>();
  for (const columns of wanted) {
    const resolved = resolveAll(profile, columns);
    if (resolved) indexes.set(JSON.stringify(resolved), resolved);
  }
  return [...indexes.values()].map((columns) => ({ name: pickName(`${profile.table}_${columns.join("_")}`, "-", taken), columns }));
}
