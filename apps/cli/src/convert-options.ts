import type { ConvertOptions } from "@datasette-publish/core";
import { toColumns, toFixedColumns } from "./column-flags.ts";
import { toFiles } from "./file-flags.ts";
import { pick, type Given } from "./flags.ts";
import { toBytes } from "./sizes.ts";

/** Flags that are options of core as they are. */
const asGiven = [
  ..."leave-out empty-as-text just-strings primary-key fts index skip-files".split(" "),
  ..."private verify shape filename-column replace-tables".split(" "),
];

/** The flags of the conversion as core's options. @throws PublishError `OPTION_INVALID` for what is not of a flag's form */
export function toConvertOptions(flags: Given): ConvertOptions {
  const { settings, "max-unpacked": maxUnpacked } = flags;
  const fixedColumns = toFixedColumns(flags);
  return {
    ...toFiles(flags),
    ...toColumns(flags),
    ...pick(flags, asGiven),
    ...(fixedColumns.length > 0 && { fixedColumns }),
    ...(typeof settings === "string" && { settings: { path: settings, name: settings } }),
    ...(typeof maxUnpacked === "string" && { maxUnpackedBytes: toBytes("max-unpacked", maxUnpacked) }),
    ...(flags["no-index-fks"] === true && { indexFks: false }),
    ...(flags["no-fulltext-fks"] === true && { fulltextFks: false }),
  };
}
