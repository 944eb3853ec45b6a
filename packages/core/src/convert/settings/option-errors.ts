import { PublishError } from "../../errors/publish-error.ts";
import { setOption, type Remedies } from "../../errors/remedies.ts";
import type { ConvertOptions } from "../dataset.ts";
import { columnSchema, fileSchema, type Schema } from "./schema.ts";
import type { ColumnSettings, FileSettings } from "./settings.ts";
import { expected, takes } from "./values.ts";

type Key = keyof FileSettings | keyof ColumnSettings;

/** Options that have another name than the setting that they make. */
const optionNames: Partial<Record<Key, string>> = { long: "ragged", formats: "datetimeFormat", extract: "extractColumn" };

/** The option that made a setting, by its key. */
export function optionOf(settings: FileSettings | ColumnSettings): string {
  const [key] = Object.keys(settings) as [Key];
  return optionNames[key] ?? key;
}

/** What an option says of a file or column, as it is given. */
export function optionValue(name: string, settings: FileSettings | ColumnSettings): string {
  const [value] = Object.values(settings).flat() as unknown[];
  return typeof value === "string" || typeof value === "number" ? `${name}=${value}` : name;
}

/** @throws PublishError `OPTION_INVALID` for a value that its key does not take */
export function checkOptions({ everyFile, files, columns }: ConvertOptions): void {
  for (const settings of [everyFile ?? {}, ...Object.values(files ?? {})]) checkValues(settings, fileSchema);
  for (const settings of Object.values(columns ?? {})) checkValues(settings, columnSchema);
}

function checkValues(settings: FileSettings | ColumnSettings, { properties }: Schema): void {
  for (const [key, given] of Object.entries(settings) as [Key, unknown][]) {
    const schema = properties![key]!;
    // Lists and objects are made by a front end; what is typed is a scalar.
    if (typeof given === "object" || takes(schema, given)) continue;
    const option = optionNames[key] ?? key;
    throw invalid(
      option,
      `The option ${option} takes ${expected(schema)}, not ${JSON.stringify(given)}.`,
      setOption(option, undefined, `with ${expected(schema)}`),
    );
  }
}

export function invalid(option: string, message: string, remedies: Remedies): PublishError {
  return new PublishError("OPTION_INVALID", message, remedies, { option });
}
