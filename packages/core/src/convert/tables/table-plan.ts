import type { DatabaseSync } from "node:sqlite";
import { PublishError } from "../../errors/publish-error.ts";
import { setOption } from "../../errors/remedies.ts";
import type { Warning } from "../../events/warnings.ts";
import type { ConvertOptions } from "../dataset.ts";
import { nameKey, pickName } from "../names.ts";
import type { TableSettings } from "../settings/settings.ts";
import { filesOf, type TableProfile } from "../table-profile.ts";
import { planColumns, type ColumnPlan, type FilePlan, type TableColumnsPlan } from "./column-plan.ts";
import { dropTable, takenNames } from "./existing.ts";
import { nameFts, type FtsColumn, type FtsPlan } from "./fts.ts";
import { lookupName, planLookups, type Extraction, type Lookup } from "./lookup-plan.ts";
import { renameShadows, rowidColumn } from "./rowid.ts";

/** A table to fill, from which files, and what is made of its columns. */
export interface TablePlan {
  readonly table: string;
  readonly profile: TableProfile;
  readonly files: readonly FilePlan[];
  readonly columns: readonly ColumnPlan[];
  readonly primaryKey: readonly string[];
  readonly fts: FtsPlan | null;
  readonly indexes: readonly IndexPlan[];
}

export interface IndexPlan {
  readonly name: string;
  readonly columns: readonly string[];
}

/** A lookup table, and the name that a full-text index of its labels gets. */
export interface LookupPlan extends Lookup {
  readonly fts: string;
}

/** Everything that is made in a database. */
export interface DatabasePlan {
  readonly tables: readonly TablePlan[];
  readonly lookups: readonly LookupPlan[];
  /** Whether the labels of lookup tables are searched. */
  readonly searchLookups: boolean;
}

/** A table on the way to its plan. */
interface Draft extends TableColumnsPlan {
  readonly profile: TableProfile;
  readonly settings: TableSettings;
}

/** What planning needs besides the profiles. */
interface Planning {
  readonly options: ConvertOptions;
  readonly lookups: ReadonlyMap<string, Lookup>;
  /** Keys of the names that tables and indexes have. */
  readonly taken: Set<string>;
  readonly notices: Warning[];
}

/**
 * Decides what becomes of the files in a database: columns, keys, lookup tables and indexes. Every rowid stays reachable. Tables of the
 * same names that the database has are dropped. Appends notices to `notices`.
 *
 * @param settingsOf what is said of a table; its columns by their names in the profile
 * @throws PublishError `CONVERT_COLUMN_MISSING` when a shape names a column that a table lacks; `CONVERT_KEY_BLANK` for a blank key;
 *   `CONVERT_TABLE_UNFIT` when what has the name of a table cannot be replaced; `OPTION_INVALID`
 */
export function planTables(
  profiles: readonly TableProfile[],
  settingsOf: (table: string) => TableSettings,
  options: ConvertOptions,
  notices: Warning[],
  db: DatabaseSync,
): DatabasePlan {
  for (const profile of profiles) dropTable(db, profile);
  const drafts = profiles.map((profile): Draft => {
    const settings = settingsOf(profile.table);
    return { profile, settings, ...planColumns(profile, settings, options, notices) };
  });
  const lookups = planLookups(
    drafts.flatMap(extractionsOf),
    profiles.map(({ table }) => table),
    db,
  );
  const names = [...profiles, ...lookups.values()].map(({ table }) => nameKey(table));
  const taken = new Set([...takenNames(db), ...names]);
  const tables = drafts.map((draft) => planTable(draft, { options, lookups, taken, notices }));
  const searched = [...lookups.values()].map((lookup) => ({ ...lookup, fts: nameFts(`${lookup.table}_${lookup.label}_fts`, taken) }));
  return { tables, lookups: searched, searchLookups: options.fulltextFks ?? true };
}

function extractionsOf({ columns, settings }: Draft): Extraction[] {
  return columns.flatMap(({ column, name }) => {
    const lookup = settings.columns?.[column]?.extract;
    return lookup === undefined ? [] : [{ column: name, lookup }];
  });
}

function planTable({ profile, files, settings, columns: drafted }: Draft, { options, lookups, taken, notices }: Planning): TablePlan {
  const { table } = profile;
  const extracted = drafted.map((column) => extract(column, settings, lookups));
  const nameOf = (column: string): string => columnOf(extracted, column, profile).name;
  const [key, search] = [(settings.key ?? []).map(nameOf), (settings.search ?? []).map(nameOf)];
  const rowid = rowidColumn(extracted, profile, key, search);
  const columns = renameShadows(extracted, profile, rowid, notices);
  const renamed = (column: string): ColumnPlan => columnOf(columns, column, profile);
  const primaryKey = rowid === undefined ? (settings.key ?? []).map((column) => renamed(column).name) : [rowid];
  checkKey(profile, columns, primaryKey, options);
  const indexes = (settings.index ?? []).map((names) => names.map((column) => renamed(column).name));
  const searched = (settings.search ?? []).map((column): FtsColumn => renamed(column));
  return {
    table,
    profile,
    files,
    columns,
    primaryKey,
    fts: searched.length === 0 ? null : { table: nameFts(`${table}_fts`, taken), columns: searched },
    indexes: planIndexes(table, columns, indexes, taken, options),
  };
}

/** A column whose values go to a lookup table holds numbers there. */
function extract(plan: ColumnPlan, { columns }: TableSettings, lookups: ReadonlyMap<string, Lookup>): ColumnPlan {
  const lookup = columns?.[plan.column]?.extract;
  if (lookup === undefined) return plan;
  const { table, label } = lookups.get(nameKey(lookupName({ column: plan.name, lookup })))!;
  return { ...plan, type: "INTEGER", lookup: { table, label } };
}

function columnOf(columns: readonly ColumnPlan[], wanted: string, { table }: TableProfile): ColumnPlan {
  const found = columns.find(({ column }) => column === wanted);
  if (found !== undefined) return found;
  const remedy = setOption("leaveOut", undefined, "without that column");
  throw new PublishError("CONVERT_COLUMN_MISSING", `The column ${wanted} of the table ${table} is left out, and asked for.`, remedy, {
    option: "leaveOut",
    table,
    column: wanted,
  });
}

function checkKey(profile: TableProfile, columns: readonly ColumnPlan[], primaryKey: readonly string[], options: ConvertOptions): void {
  const { table } = profile;
  const file = filesOf(profile);
  for (const { name, report, blanks } of columns) {
    if (!primaryKey.includes(name) || blanks === 0 || (options.emptyAsText && report.type === "TEXT" && report.nulls === 0)) continue;
    throw new PublishError(
      "CONVERT_KEY_BLANK",
      `${file}: the key column ${name} is blank in ${blanks} records.`,
      setOption("primaryKey", undefined, "with a column that every record fills"),
      { file, table, column: name, blanks },
    );
  }
}

/** One index for each foreign key, and those that were asked for. */
function planIndexes(
  table: string,
  columns: readonly ColumnPlan[],
  asked: readonly (readonly string[])[],
  taken: Set<string>,
  { indexFks = true }: ConvertOptions,
): IndexPlan[] {
  const foreignKeys = indexFks ? columns.filter(({ lookup }) => lookup !== undefined).map(({ name }) => [name]) : [];
  const wanted = new Map([...foreignKeys, ...asked].map((names) => [JSON.stringify(names), names]));
  return [...wanted.values()].map((names) => planIndex(table, names, taken));
}

/** The quotes are part of the name, as csvs-to-sqlite writes it. */
function planIndex(table: string, columns: readonly string[], taken: Set<string>): IndexPlan {
  return { name: pickName(`"${table}_${columns.join("_")}"`, "-", taken), columns };
}
