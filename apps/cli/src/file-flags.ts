import { wrongValue, type ConvertOptions, type FileSettings } from "@datasette-publish/core";
import { splitValue, valuesOf } from "./flag-values.ts";
import type { Given } from "./flags.ts";

type Value<K extends keyof FileSettings> = NonNullable<FileSettings[K]>;

/** What the value of a flag says of a file. Core checks the values. */
const fileFlags: Readonly<Record<string, (value: string) => FileSettings>> = {
  separator: (separator) => ({ separator }),
  quote: (quote) => ({ quote: quote as Value<"quote"> }),
  escape: (escape) => ({ escape: escape as Value<"escape"> }),
  encoding: (encoding) => ({ encoding }),
  skip: (lines) => ({ skip: toCount("skip", lines) }),
  "skip-end": (records) => ({ skipEnd: toCount("skip-end", records) }),
  "header-rows": (records) => ({ headerRows: toCount("header-rows", records) }),
  ragged: (way) => ({ ragged: way as Value<"ragged">, long: way as Value<"long"> }),
  table: (table) => ({ table }),
};

/** `FILE=;`: the separator itself may be an equals sign. */
const separatorEnd = /^([^]+)=(\\t|[^])$/u;

/** What the flags say of all files, and of one: `[FILE=]VALUE`. @throws PublishError `OPTION_INVALID` */
export function toFiles(flags: Given): Required<Pick<ConvertOptions, "everyFile" | "files">> {
  let everyFile: FileSettings = {
    ...(flags["quoting"] === 3 && { quote: "none" }),
    ...(flags["skip-errors"] === true && { long: "skip" }),
    ...(flags["no-header"] === true && { headerRows: 0 }),
  };
  const files = new Map<string, FileSettings>();
  for (const [flag, toSettings] of Object.entries(fileFlags))
    for (const text of valuesOf(flags, flag)) {
      const [file, value] = splitValue(text, flag === "separator" ? separatorEnd : undefined);
      if (file === undefined) everyFile = { ...everyFile, ...toSettings(value) };
      else files.set(file, { ...files.get(file), ...toSettings(value) });
    }
  return { everyFile, files: Object.fromEntries(files) };
}

function toCount(flag: string, text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw wrongValue(flag, {}, text, "a whole number");
}
