import type { ConvertOptions, FixedColumn } from "../dataset.ts";
import type { CsvInput } from "../formats/name-inputs.ts";

/** A column that no file has. */
export interface AddedColumn {
  readonly name: string;
  readonly type: FixedColumn["type"];
  /** What stands for it in every record of a file. */
  readonly fieldOf: (input: CsvInput) => string;
  /** The option that asks for it. */
  readonly option: string;
}

/** The columns that the options add to every table, in csvs-to-sqlite's order: the file's name, then texts, integers and reals. */
export function addedColumns({ filenameColumn, fixedColumns = [] }: ConvertOptions): AddedColumn[] {
  const filename: AddedColumn[] =
    filenameColumn === undefined ? [] : [{ name: filenameColumn, type: "TEXT", fieldOf: ({ stem }) => stem, option: "filenameColumn" }];
  const fixed = (["TEXT", "INTEGER", "REAL"] as const).flatMap((type) => fixedColumns.filter((column) => column.type === type));
  return [...filename, ...fixed.map(({ name, type, value }) => ({ name, type, fieldOf: () => String(value), option: fixedOptions[type] }))];
}

const fixedOptions = { TEXT: "fixedColumn", INTEGER: "fixedColumnInt", REAL: "fixedColumnFloat" };
