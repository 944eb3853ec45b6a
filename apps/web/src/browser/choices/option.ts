import type { Choices, ColumnChoice, FileChoice } from "@datasette-publish/workbench/protocol";
import type { Refusal } from "../../routes.ts";
import { firstName, withColumn, withFile, type Changes } from "./change.ts";

type Facts = Refusal["error"]["facts"];

/** An option that an error or a warning wants, as it says it: `people.csv=pad`, `people.when`, `people.amount=thousands`. */
export interface WantedOption {
  readonly option: string;
  readonly value?: string | true;
}

/** Options of files, each with how its value is read. */
const ofFile: Readonly<Record<string, (value: string) => Changes<FileChoice>>> = {
  separator: (separator) => ({ separator }),
  quote: (quote) => ({ quote: quote as "none" }),
  escape: (escape) => ({ escape: escape as "double" }),
  encoding: (encoding) => ({ encoding }),
  skip: (lines) => ({ skip: Number(lines) }),
  skipEnd: (records) => ({ skipEnd: Number(records) }),
  headerRows: (records) => ({ headerRows: Number(records) }),
  ragged: (ragged) => ({ ragged: ragged as "pad" }),
};

/** Options of columns. */
const ofColumn: Readonly<Record<string, (value: string, of: ColumnChoice) => Changes<ColumnChoice>>> = {
  type: (type) => ({ type: type as "text" }),
  date: (order) => ({ date: (order || "auto") as "auto", datetime: undefined, type: undefined }),
  datetime: (order) => ({ datetime: (order || "auto") as "auto", date: undefined, type: undefined }),
  number: (number) => ({ number: number as "percent", type: undefined }),
  null: (word, of) => ({ null: [...(of.null ?? []).filter((one) => one !== word), word] }),
  leaveOut: () => ({ leaveOut: true }),
};

/** The value that is wanted, without the file or the column before it; null: this is nothing that the page can choose. */
export function valueOf({ option, value }: WantedOption, facts: Facts): string | null {
  if (typeof value !== "string") return null;
  const file = String(facts["file"] ?? "");
  if (option in ofFile) return value.startsWith(`${file}=`) ? value.slice(file.length + 1) : option === "encoding" ? value : null;
  const column = option in ofColumn ? wantedColumn(value, facts) : null;
  return column === null ? null : value.slice(`${String(facts["table"])}.${column}=`.length);
}

/** The column that `table.column=value` names, of those that the facts are about. */
function wantedColumn(value: string, facts: Facts): string | null {
  const rest = value.slice(`${String(facts["table"])}.`.length);
  const { columns, column } = facts;
  const all = [...(Array.isArray(columns) ? columns : []), column].filter((one) => typeof one === "string");
  return all.find((one) => rest === one || rest.startsWith(`${one}=`)) ?? null;
}

/** Choices with what is wanted; null where the page cannot choose it. */
export function withOption(choices: Choices, wanted: WantedOption, facts: Facts): Choices | null {
  const value = valueOf(wanted, facts);
  if (value === null) return null;
  const file = ofFile[wanted.option];
  if (file !== undefined) return withFile(choices, String(facts["file"]), file(value));
  const table = String(facts["table"]);
  const column = firstName(choices, table, wantedColumn(String(wanted.value), facts) ?? "");
  const change = ofColumn[wanted.option]?.(value, choices.tables[table]?.columns?.[column] ?? {});
  return change === undefined ? null : withColumn(choices, table, column, change);
}
