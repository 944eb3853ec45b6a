import type { ColumnSettings, FileSettings, Lookup, Settings, TableSettings } from "./settings.ts";

/** A JSON schema, of the draft 7 keywords that `publish.yaml` needs. */
export interface Schema {
  readonly title?: string;
  readonly description?: string;
  readonly type: SchemaType | readonly SchemaType[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | false;
  readonly items?: Schema;
  readonly enum?: readonly string[];
  /** Of a text. */
  readonly pattern?: string;
  /** Of a number. */
  readonly minimum?: number;
  readonly format?: "encoding";
}

export type SchemaType = "object" | "array" | "string" | "integer" | "boolean";

/** An object with these keys and no others. */
function keys<T>(title: string, properties: Readonly<Record<keyof T & string, Schema>>): Schema {
  return { title, type: "object", properties, additionalProperties: false };
}

function named(description: string, of: Schema): Schema {
  return { description, type: "object", additionalProperties: of };
}

const text = (description: string): Schema => ({ description, type: "string" });
const flag = (description: string): Schema => ({ description, type: "boolean" });
const count = (description: string): Schema => ({ description, type: "integer", minimum: 0 });
const choice = (description: string, ...values: readonly string[]): Schema => ({ description, type: "string", enum: values });
/** Several texts, or one. */
const texts = (description: string, item = "A text"): Schema => ({ description, type: ["string", "array"], items: text(item) });

const ragged = ["error", "pad", "skip"];
const orders = ["auto", "day-first", "month-first", "year-first"];

/** What is said of one file. */
export const fileSchema = keys<FileSettings>("a file", {
  separator: {
    description: String.raw`The character between fields; \t is a tab`,
    type: "string",
    pattern: String.raw`^(?:\\t|[^"\r\n\0])$`,
  },
  quote: choice(`The character around fields that hold the separator; none: a quote is a character like any other`, '"', "'", "none"),
  escape: choice("How a quote inside a quoted field is written: twice, or after a backslash", "double", "backslash"),
  encoding: { ...text("The encoding, such as windows-1250"), format: "encoding" },
  skip: count("Lines above the header to leave out"),
  skipEnd: count("Records at the end to leave out"),
  headerRows: count("Records that the header is made of; 0: there is none, and columns are numbered"),
  ragged: choice(
    "Records with fewer or more fields than the header: refuse the file, pad with blanks and columns, or leave them out",
    ...ragged,
  ),
  long: choice("Records with more fields than the header, where these are another matter than those with fewer", ...ragged),
  leaveOut: flag("Leave the file out"),
  table: text("The table that the file becomes; files with the same one become one table"),
});

const lookupSchema = {
  ...keys<Lookup>("a lookup table", {
    table: text("The name of the lookup table; unset: the column's name"),
    label: text("The column of the lookup table that holds the values; unset: value"),
  }),
  description: "Move the values to a lookup table, and keep their numbers there as a foreign key",
  type: ["boolean", "object"],
} as const;

/** What is said of one column. */
export const columnSchema = keys<ColumnSettings>("a column", {
  name: text("Another name for the column"),
  type: choice("The type to store it as", "text", "integer", "real", "blob", "numeric"),
  date: choice("Rewrite as ISO dates; auto: the order of day and month is found from the whole column", ...orders),
  datetime: choice("Rewrite as ISO dates with times", ...orders),
  formats: texts("How dates are written, such as %d.%m.%Y; the first that fits is taken", "A format of strptime"),
  number: choice("How numbers are written: 1.234,5 or 1,234.5 or 12 % or $1,234.50", "decimal-comma", "thousands", "percent", "currency"),
  null: texts("Words that stand for no value, such as NA", "A word"),
  extract: lookupSchema,
  leaveOut: flag("Leave the column out"),
  description: text("What the column holds; the site shows it"),
});

/** What is said of one table. */
export const tableSchema = keys<TableSettings>("a table", {
  title: text("A title; the site shows it"),
  description: text("What the table holds; the site shows it"),
  key: texts("Columns of the primary key", "A column"),
  null: texts("Words that stand for no value in every column", "A word"),
  columns: named("By column, as the header names it", columnSchema),
  search: texts("Columns to search", "A column"),
  index: {
    description: "Indexes, each of one column or of several",
    type: ["string", "array"],
    items: texts("A column, or several for one index", "A column"),
  },
});

/** The schema of `publish.yaml`, which editors complete and check it by. */
export const settingsSchema = {
  $schema: "http://json-schema.org/draft-07/schema#",
  ...keys<Settings>("publish.yaml", {
    files: named("By file, as it is called in the folder, such as sub/people.csv; * is every file", fileSchema),
    tables: named("By table, as it comes out; * is every table", tableSchema),
  }),
  description: "How Datasette Publish reads the data files of this folder",
};
