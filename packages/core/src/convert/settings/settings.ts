/** What to do with records that have fewer or more fields than the header: refuse the file, pad with blanks, or leave them out. */
export type Ragged = "error" | "pad" | "skip";

/** How one file is read, where its owner says so. What is unset is found from the file itself. */
export interface FileSettings {
  /** Delimiter, one character. */
  readonly separator?: string;
  /** Character around fields that hold the delimiter; `none`: a quote is a character like any other. */
  readonly quote?: '"' | "'" | "none";
  /** How a quote inside a quoted field is written: twice (RFC 4180) or after a backslash. */
  readonly escape?: "double" | "backslash";
  /** Label of the Encoding Standard; unset: UTF-8, or what the file is found to be written in. */
  readonly encoding?: string;
  /** Lines above the header to leave out. */
  readonly skip?: number;
  /** Records at the end to leave out. */
  readonly skipEnd?: number;
  /** Records that the header is made of; 0: none, and columns are numbered. */
  readonly headerRows?: number;
  /** Records shorter or longer than the header. Unset: `error`. */
  readonly ragged?: Ragged;
  /** Records longer than the header. Unset: as `ragged` has it. */
  readonly long?: Ragged;
  readonly leaveOut?: boolean;
  /** Name of the table that it becomes. */
  readonly table?: string;
}

/** Order of day, month and year; `auto`: found from the whole column. */
export type DateOrder = "auto" | "day-first" | "month-first" | "year-first";

/** Numbers as people write them: `1.234,5` · `1,234.5` · `12 %` · `$1,234.50`, `(300)`. */
export type NumberStyle = "decimal-comma" | "thousands" | "percent" | "currency";

/** How one column is read and kept, where its owner says so. */
export interface ColumnSettings {
  /** Another name for it. */
  readonly name?: string;
  readonly type?: "text" | "integer" | "real" | "blob" | "numeric";
  /** Rewrite as an ISO 8601 date. */
  readonly date?: DateOrder;
  /** Rewrite as an ISO 8601 date and time. */
  readonly datetime?: DateOrder;
  /** strptime formats of `date` and `datetime`; unset: what people usually write. */
  readonly formats?: readonly string[];
  readonly number?: NumberStyle;
  /** Words that stand for no value; they become NULL. */
  readonly null?: readonly string[];
  /** Move its values to a lookup table, and keep their numbers there as a foreign key. */
  readonly extract?: Lookup;
  readonly leaveOut?: boolean;
  readonly description?: string;
}

/** The table that the values of a column move to. */
export interface Lookup {
  /** Unset: the column's name. */
  readonly table?: string;
  /** Its column that holds the values. Unset: `value`. */
  readonly label?: string;
}

/** How one table is made, where its owner says so. */
export interface TableSettings {
  readonly title?: string;
  readonly description?: string;
  /** Columns of the primary key. */
  readonly key?: readonly string[];
  /** Words that stand for no value in every column. */
  readonly null?: readonly string[];
  readonly columns?: Readonly<Record<string, ColumnSettings>>;
  /** Columns to search. */
  readonly search?: readonly string[];
  /** Indexes, each of one or several columns. */
  readonly index?: readonly (readonly string[])[];
}

/** Stands for every file, or every table, where a name is asked for. */
export const every = "*";

/** The content of `publish.yaml`: what is said of the data, beside the data. */
export interface Settings {
  /** By name of the file in the folder, `sub/people.csv`, or {@link every}. */
  readonly files?: Readonly<Record<string, FileSettings>>;
  /** By the name that the table comes out with, or {@link every}. */
  readonly tables?: Readonly<Record<string, TableSettings>>;
}
