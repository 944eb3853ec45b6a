import type { DatabaseSync } from "node:sqlite";
import { PublishError } from "../../errors/publish-error.ts";
import { setOption } from "../../errors/remedies.ts";
import type { LookupTable } from "../dataset.ts";
import { isRowidName, nameKey, safeTableName } from "../names.ts";
import type { Lookup as LookupSettings } from "../settings/settings.ts";
import { kindOf, labelOf } from "./existing.ts";

/** A table of the distinct values of columns: `id` and a label. */
export interface Lookup extends LookupTable {
  /** The database has it already, and gets more labels. */
  readonly isThere: boolean;
}

/** csvs-to-sqlite's name for the column of labels. */
const defaultLabel = "value";

/** A column whose values go to a lookup table. */
export interface Extraction {
  readonly column: string;
  readonly lookup: LookupSettings;
}

/**
 * The lookup tables that extractions need, by the key of their names. Columns that name one table share it, under the label that one
 * of them gives.
 *
 * @param tables the tables that files become
 * @throws PublishError `OPTION_INVALID` when a lookup table cannot have its name or label
 */
export function planLookups(extractions: readonly Extraction[], tables: readonly string[], db: DatabaseSync): Map<string, Lookup> {
  const plans = new Map<string, Lookup>();
  for (const [key, of] of Map.groupBy(extractions, (extraction) => nameKey(lookupName(extraction)))) {
    const table = lookupName(of[0]!);
    const labels = new Set(of.flatMap(({ lookup: { label } }) => (label === undefined ? [] : [label])));
    if (labels.size > 1) throw wrong(of[0]!, `The lookup table ${table} cannot have two labels, ${[...labels].join(" and ")}.`, "label");
    if (tables.some((name) => nameKey(name) === key))
      throw wrong(of[0]!, `The lookup table ${table} would have the name of a table that a file becomes.`, "name");
    const [given] = labels;
    const existing = existingLabel(db, of[0]!, table, given);
    const label = existing ?? given ?? defaultLabel;
    if (nameKey(label) === "id" || isRowidName(label) || label === "")
      throw wrong(of[0]!, `The labels of the lookup table ${table} cannot be called ${JSON.stringify(label)}.`, "label");
    plans.set(key, { table, label, isThere: existing !== undefined });
  }
  return plans;
}

/** The table of an extraction: the one it names, else one of the column's name. */
export function lookupName({ column, lookup }: Extraction): string {
  return safeTableName(lookup.table ?? column);
}

/** The label of a lookup table that is there; undefined: none is. */
function existingLabel(db: DatabaseSync, extraction: Extraction, table: string, given: string | undefined): string | undefined {
  const there = kindOf(db, table);
  if (there === undefined) return undefined;
  const label = there.type === "table" ? labelOf(db, there.name) : undefined;
  if (label !== undefined && (given === undefined || nameKey(given) === nameKey(label))) return label;
  const what = label === undefined ? "is there, and is no lookup table" : `is there, and its labels are called ${label}`;
  throw wrong(extraction, `${table} ${what}.`, label === undefined ? "name" : "label");
}

function wrong({ column }: Extraction, message: string, part: "name" | "label"): PublishError {
  const remedy = setOption("extractColumn", undefined, `with another ${part} of the lookup table: column:table:label`);
  return new PublishError("OPTION_INVALID", message, remedy, { option: "extractColumn", column });
}
