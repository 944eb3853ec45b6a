import type { SQLInputValue } from "node:sqlite";
import { PublishError, type Facts } from "../../errors/publish-error.ts";
import { setOption } from "../../errors/remedies.ts";
import { warning, type Warning } from "../../events/warnings.ts";
import type { Column, ConvertOptions, LookupTable } from "../dataset.ts";
import { nameKey } from "../names.ts";
import type { TableSettings } from "../settings/settings.ts";
import type { FileProfile, TableProfile } from "../table-profile.ts";
import { addedColumns, type AddedColumn } from "./added-columns.ts";
import { shapedColumns } from "./named-columns.ts";

/** A column of a table to make. */
export interface ColumnPlan {
  /** What settings call it: its name in the profile. */
  readonly column: string;
  readonly name: string;
  /** Declared type. */
  readonly type: Column["type"];
  /** What the first pass found of it. */
  readonly report: Column;
  /** Records without a value. */
  readonly blanks: number;
  /** The value that a field becomes. */
  readonly toStored: (field: string) => SQLInputValue;
  /** What is kept is not what the file says: another type or reading was asked for. */
  readonly isConverted: boolean;
  /** Fields that stand for no value. */
  readonly nullWords: readonly string[];
  /** The table that its values are in. */
  readonly lookup?: LookupTable;
}

/** One file of a table to load. */
export interface FilePlan {
  readonly file: FileProfile;
  /** For each field of a record, the position of its column in the table; -1: it is left out. */
  readonly positions: readonly number[];
  /** What stands for each column that is the same in all records of the file. */
  readonly constants: readonly { readonly position: number; readonly field: string }[];
}

/** Which columns a table gets, and from where in each file. */
export interface TableColumnsPlan {
  readonly columns: readonly ColumnPlan[];
  readonly files: readonly FilePlan[];
}

/** Most columns a table may have (SQLite's default `SQLITE_MAX_COLUMN`). */
export const maxColumns = 2000;

/** A column of the profile that is kept. */
interface Kept {
  readonly index: number;
  readonly name: string;
  readonly nullWords: readonly string[];
}

/**
 * Chooses and names the columns of a table: those that the shape and the settings keep, and those that are added. Appends notices to
 * `notices`.
 * @throws PublishError `CONVERT_COLUMN_MISSING`, `OPTION_INVALID`
 */
export function planColumns(profile: TableProfile, settings: TableSettings, options: ConvertOptions, notices: Warning[]): TableColumnsPlan {
  const kept = keptColumns(profile, settings, options);
  const added = addedColumns(options);
  refuseTaken(profile, kept, added);
  const columns = [...kept.map((column) => plannedColumn(profile, column, options)), ...added.map((column) => addedPlan(column, profile))];
  const files = profile.files.map((file) => filePlan(file, profile, kept, added));
  noticeDifferences(profile, kept, files, notices);
  return { columns, files };
}

function keptColumns({ table, columns }: TableProfile, settings: TableSettings, options: ConvertOptions): Kept[] {
  const names = columns.map(({ name }) => name);
  return shapedColumns(table, names, options).flatMap(({ column, name }) => {
    const said = settings.columns?.[column] ?? {};
    if (said.leaveOut) return [];
    return [{ index: names.indexOf(column), name: name === column ? (said.name ?? name) : name, nullWords: said.null ?? [] }];
  });
}

/** No two columns of a table have one name. */
function refuseTaken({ table, columns }: TableProfile, kept: readonly Kept[], added: readonly AddedColumn[]): void {
  if (kept.length === 0)
    throw wrongColumns("leaveOut", `Every column of the table ${table} is left out.`, "so that a column is left", { table });
  const taken = new Set<string>();
  for (const { name, option } of [...kept.map((column) => ({ ...column, option: "name" })), ...added]) {
    if (taken.has(nameKey(name)))
      throw wrongColumns(option, `The table ${table} would have two columns called ${name}.`, "with another name", { table, column: name });
    taken.add(nameKey(name));
  }
  if (taken.size > maxColumns)
    throw wrongColumns("filenameColumn", `The table ${table} has ${columns.length} columns; SQLite takes ${maxColumns}.`, "without it", {
      table,
    });
}

/** @param note how the option is to be given */
function wrongColumns(option: string, message: string, note: string, facts: Facts): PublishError {
  return new PublishError("OPTION_INVALID", message, setOption(option, undefined, note), { option, ...facts });
}

function plannedColumn(profile: TableProfile, { index, name, nullWords }: Kept, options: ConvertOptions): ColumnPlan {
  const found = profile.columns[index]!;
  const absent = absentRows(profile, index);
  return {
    column: found.name,
    name,
    type: found.type,
    report: { ...found, nulls: found.nulls + absent },
    // Blank fields are among the NULLs, unless they are kept as text.
    blanks: found.nulls + (options.emptyAsText ? profile.blanks[index]! : 0) + absent,
    toStored: profile.toStored[index]!,
    isConverted: found.converted !== undefined,
    nullWords,
  };
}

/** Records of files that do not have the column. */
function absentRows({ files }: TableProfile, index: number): number {
  return files.reduce((sum, { positions, rows }) => sum + (positions.includes(index) ? 0 : rows), 0);
}

function addedPlan({ name, type, fieldOf }: AddedColumn, { files }: TableProfile): ColumnPlan {
  const fields = [...new Set(files.map(({ input }) => fieldOf(input)))];
  const sorted = fields.toSorted();
  const report: Column = {
    name,
    type,
    nulls: 0,
    example: fields[0]!,
    reason: { rule: "given" },
    distinct: { count: fields.length, isCapped: false },
    least: sorted[0]!,
    greatest: sorted.at(-1)!,
    longest: Math.max(...fields.map((field) => field.length)),
  };
  return { column: name, name, type, report, blanks: 0, toStored: type === "TEXT" ? String : Number, isConverted: false, nullWords: [] };
}

function filePlan(file: FileProfile, profile: TableProfile, kept: readonly Kept[], added: readonly AddedColumn[]): FilePlan {
  const places = profile.columns.map((_, index) => kept.findIndex((column) => column.index === index));
  return {
    file,
    positions: file.positions.map((position) => places[position]!),
    constants: added.map(({ fieldOf }, index) => ({ position: kept.length + index, field: fieldOf(file.input) })),
  };
}

/** Files that a notice names. */
const mostNamed = 3;

function noticeDifferences({ table }: TableProfile, kept: readonly Kept[], files: readonly FilePlan[], notices: Warning[]): void {
  const lacking = files
    .map(({ file, positions }) => ({
      file: file.input.name,
      columns: kept.filter((_, place) => !positions.includes(place)).map(({ name }) => name),
    }))
    .filter(({ columns }) => columns.length > 0);
  const [first] = lacking;
  if (first === undefined) return;
  const named = lacking.slice(0, mostNamed).map(({ file, columns }) => `${file} has no ${columns.join(", ")}`);
  const more = lacking.length > named.length ? `; ${lacking.length - named.length} more files lack columns` : "";
  const message = `The files of the table ${table} have different columns, and what one lacks is NULL: ${named.join("; ")}${more}.`;
  notices.push(warning("COLUMNS_DIFFER", message, { table, files: lacking.length, file: first.file, columns: first.columns.join(", ") }));
}
