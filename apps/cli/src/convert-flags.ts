import { Flags } from "@oclif/core";
import { shortFlags } from "./argv.ts";
import { moreGroup, several } from "./flags.ts";

const group = (helpGroup: string) => ({ helpGroup });
const files = group("FILES");
const columns = group("COLUMNS");
/** What few need: one group, behind all others. */
const more = group(`FILES AND COLUMNS${moreGroup}`);
const file = (value: string) => ({ helpValue: `[FILE=]${value}`, ...several });
const column = (helpValue: string) => ({ helpValue, ...several });

/** Convert's options: csvs-to-sqlite's names, and ours. All are on every publish too, by their long names alone. */
export const convertFlags = {
  separator: Flags.string({ description: "Field delimiter; the default is found per file", ...file("CHARACTER"), ...files }),
  encoding: Flags.string({ description: "Encoding of a file that is not UTF-8, e.g. windows-1250", ...file("NAME"), ...files }),
  skip: Flags.string({ description: "Lines to skip above the header", ...file("LINES"), ...files }),
  "no-header": Flags.boolean({ description: "The files have no header: number the columns", ...files }),
  ragged: Flags.string({
    description: "Records with too few or too many fields: error, pad (with blanks, or more columns) or skip [default: error]",
    ...file("WAY"),
    ...files,
  }),
  "leave-out": Flags.string({ description: "File or column to leave out", ...column("FILE|COLUMN"), ...files }),
  "skip-files": Flags.boolean({ description: "Go on without the files that cannot be read", ...files }),

  type: Flags.string({ description: "Store as text, integer, real, blob or numeric", ...column("COLUMN=TYPE"), ...columns }),
  null: Flags.string({ description: "Word that stands for no value, e.g. NA", ...column("[COLUMN=]WORD"), ...columns }),
  date: Flags.string({
    description: "Rewrite as ISO dates; ORDER is day-first, month-first or year-first, and found from the column else",
    ...column("COLUMN[=ORDER]"),
    ...columns,
  }),
  datetime: Flags.string({ description: "Rewrite as ISO dates with times", ...column("COLUMN[=ORDER]"), ...columns }),
  number: Flags.string({
    description: "Read numbers as people write them; STYLE is decimal-comma, thousands, percent or currency",
    ...column("COLUMN=STYLE"),
    ...columns,
  }),
  "primary-key": Flags.string({
    description: "Column of the primary key; give several for a compound one",
    ...column("COLUMN"),
    ...columns,
  }),
  fts: Flags.string({ description: "Column to index for full-text search", ...column("COLUMN"), ...columns }),
  index: Flags.string({ description: "Column (or a,b for several) to index", ...column("COLUMN"), ...columns }),
  "extract-column": Flags.string({
    description: "Move a column's values to a lookup table, and link to it; its label column is value by default",
    ...column("COLUMN[:TABLE[:LABEL]]"),
    ...columns,
  }),

  settings: Flags.string({ description: "Settings; the default is publish.yaml beside the data", helpValue: "FILE", ...more }),
  quote: Flags.string({ description: `Character around fields, " or ', or none; the default is found`, ...file("CHARACTER"), ...more }),
  escape: Flags.string({
    description: "A quote within quotes is double, or after a backslash; the default is found",
    ...file("WAY"),
    ...more,
  }),
  quoting: Flags.integer({ description: "csv.QUOTE_* of csvs-to-sqlite; 3 is --quote none", helpValue: "NUMBER", min: 0, max: 3, ...more }),
  "skip-end": Flags.string({ description: "Records to skip at the end", ...file("RECORDS"), ...more }),
  "header-rows": Flags.string({ description: "Records that the header is made of; 0 is none", ...file("RECORDS"), ...more }),
  "skip-errors": Flags.boolean({ description: "Skip records with too many fields", ...more }),
  table: Flags.string({ description: "Table that a file goes to; all files of one go together", ...file("TABLE"), ...more }),
  "datetime-format": Flags.string({
    description: "How --date and --datetime are written, e.g. %d.%m.%Y; several are tried in turn",
    ...column("FORMAT"),
    ...more,
  }),
  "empty-as-text": Flags.boolean({ description: "Keep blank fields as empty strings; the default is NULL", ...more }),
  "just-strings": Flags.boolean({ description: "Store every column as TEXT, but for what other flags say", ...more }),
  shape: Flags.string({ description: "Columns to keep, with new names and types", helpValue: "CSVCOL:DBCOL(TYPE),…", ...more }),
  "filename-column": Flags.string({ description: "Add a column with the name of the file", helpValue: "COLUMN", ...more }),
  "fixed-column": Flags.string({ description: "Add a column with this text", ...column("COLUMN=TEXT"), ...more }),
  "fixed-column-int": Flags.string({ description: "Add a column with this integer", ...column("COLUMN=INTEGER"), ...more }),
  "fixed-column-float": Flags.string({ description: "Add a column with this number", ...column("COLUMN=NUMBER"), ...more }),
  "no-index-fks": Flags.boolean({ description: "No index on columns that link to a lookup table", ...more }),
  "no-fulltext-fks": Flags.boolean({ description: "No full-text search of lookup tables", ...more }),
  private: Flags.string({
    description: "What to do about columns that look like private data [default: warn]",
    options: ["warn", "error", "off"],
    ...more,
  }),
  examples: Flags.boolean({ description: "Show values of the data in the report under CI too", ...more }),
  verify: Flags.boolean({ description: "Read every field back from the database", ...more }),
  "max-unpacked": Flags.string({ description: "Most that archives may unpack to, e.g. 20GB [default: 8GB]", helpValue: "SIZE", ...more }),
};

type Name = keyof typeof convertFlags;

/** csvs-to-sqlite's letters, which `convert` takes. */
const letters: Readonly<Partial<Record<Name, string>>> = {
  separator: "s",
  quoting: "q",
  table: "t",
  "extract-column": "c",
  date: "d",
  fts: "f",
  index: "i",
};

/** {@link convertFlags} as `publish convert` has them, with csvs-to-sqlite's short forms. */
export const convertCommandFlags = {
  ...convertFlags,
  ...Object.fromEntries(Object.entries(letters).map(([name, char]) => [name, { ...convertFlags[name as "separator"], char }])),
  ...Object.fromEntries(Object.entries(shortFlags).map(([short, name]) => [name, alsoAs(short, convertFlags[name as "datetime"])])),
};

/** A short form of two letters, of which oclif knows nothing. */
function alsoAs<T extends { readonly description?: string | undefined }>(short: string, flag: T): T {
  return { ...flag, description: `${flag.description} (${short})` };
}
