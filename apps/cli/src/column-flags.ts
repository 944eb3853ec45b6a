import { invalidOption, wrongValue, type ColumnSettings, type ConvertOptions, type FixedColumn } from "@datasette-publish/core";
import { splitValue, valuesOf } from "./flag-values.ts";
import type { Given } from "./flags.ts";

type Value<K extends keyof ColumnSettings> = NonNullable<ColumnSettings[K]>;

/** What the value of a flag says of a column. Core checks the values. */
const columnFlags: Readonly<Record<string, (value: string | undefined) => ColumnSettings>> = {
  type: (type) => ({ type: required("type", type).toLowerCase() as Value<"type"> }),
  number: (style) => ({ number: required("number", style) as Value<"number"> }),
  date: (order = "auto") => ({ date: order as Value<"date"> }),
  datetime: (order = "auto") => ({ datetime: order as Value<"datetime"> }),
};

const forms: Readonly<Record<string, string>> = { type: "COLUMN=TYPE", number: "COLUMN=STYLE" };

function required(flag: string, value: string | undefined): string {
  if (value !== undefined) return value;
  throw notOfForm(flag, forms[flag]!);
}

function notOfForm(flag: string, form: string): Error {
  return invalidOption(flag, `--${flag} is to say of a column what it says.`, `Write it as --${flag} ${form}.`);
}

/** What the flags say of all columns, and of one: `COLUMN=VALUE`. @throws PublishError `OPTION_INVALID` */
export function toColumns(flags: Given): Required<Pick<ConvertOptions, "everyColumn" | "columns">> {
  const columns = new Map<string, ColumnSettings>();
  const add = (column: string, settings: ColumnSettings): void => {
    const before = columns.get(column) ?? {};
    const words = [...(before.null ?? []), ...(settings.null ?? [])];
    columns.set(column, { ...before, ...settings, ...(words.length > 0 && { null: words }) });
  };
  for (const [flag, toSettings] of Object.entries(columnFlags))
    for (const text of valuesOf(flags, flag)) {
      const [of, value] = splitValue(text);
      add(of ?? value, toSettings(of === undefined ? undefined : value));
    }
  for (const text of valuesOf(flags, "extract-column")) add(...toLookup(text));
  const everywhere: string[] = [];
  for (const [of, word] of valuesOf(flags, "null").map((text) => splitValue(text)))
    if (of === undefined) everywhere.push(word);
    else add(of, { null: [word] });
  const formats = valuesOf(flags, "datetime-format");
  return {
    everyColumn: { ...(everywhere.length > 0 && { null: everywhere }), ...(formats.length > 0 && { formats }) },
    columns: Object.fromEntries(columns),
  };
}

/** `COLUMN[:TABLE[:LABEL]]`; a name with more colons is a column's. */
function toLookup(text: string): [column: string, settings: ColumnSettings] {
  const [column, table, label, ...more] = text.split(":");
  if (more.length > 0) return [text, { extract: {} }];
  return [column!, { extract: { ...(table && { table }), ...(label && { label }) } }];
}

const fixedTypes = { "fixed-column": "TEXT", "fixed-column-int": "INTEGER", "fixed-column-float": "REAL" } as const;

/** The columns that flags add: `COLUMN=VALUE`, by the first equals sign. @throws PublishError `OPTION_INVALID` */
export function toFixedColumns(flags: Given): FixedColumn[] {
  return Object.entries(fixedTypes).flatMap(([flag, type]) =>
    valuesOf(flags, flag).map((text) => {
      const at = text.indexOf("=");
      if (at < 1) throw notOfForm(flag, "COLUMN=VALUE");
      const value = text.slice(at + 1);
      return { name: text.slice(0, at), type, value: type === "TEXT" ? value : toNumber(flag, value, type) };
    }),
  );
}

function toNumber(flag: string, text: string, type: "INTEGER" | "REAL"): number {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (type === "INTEGER" ? Number.isSafeInteger(value) : Number.isFinite(value)) return value;
  throw wrongValue(flag, {}, text, type === "INTEGER" ? "a whole number" : "a number");
}
