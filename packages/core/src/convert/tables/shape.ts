import { nearest } from "../../errors/nearest.ts";
import { PublishError } from "../../errors/publish-error.ts";
import { setOption } from "../../errors/remedies.ts";
import { nameKey } from "../names.ts";
import type { ColumnSettings } from "../settings/settings.ts";

/** A column that a shape keeps. */
export interface ShapedColumn {
  /** Its name before. */
  readonly column: string;
  readonly name: string;
  readonly type?: NonNullable<ColumnSettings["type"]>;
}

const typePattern = /\((real|integer|text|blob|numeric)\)$/i;

/**
 * What csvs-to-sqlite's `csvcol:dbcol(TYPE),…` keeps of a table: in this order, and all other columns are left out. A column whose
 * name holds a colon, or ends in a type in brackets, is found by its whole name first.
 *
 * @param names the columns that the table has
 * @throws PublishError `CONVERT_COLUMN_MISSING`; `OPTION_INVALID` for a name that is given twice
 */
export function readShape(shape: string, table: string, names: readonly string[]): ShapedColumn[] {
  const columns = shape.split(",").map((part) => readPart(part.trim(), names) ?? missing(part.trim(), table, names));
  refuseTwice(columns, ({ column }) => column);
  refuseTwice(columns, ({ name }) => name);
  return columns;
}

function readPart(part: string, names: readonly string[]): ShapedColumn | undefined {
  const whole = find(part, names);
  if (whole !== undefined) return { column: whole, name: whole };
  const type = typePattern.exec(part)?.[1]?.toLowerCase() as ShapedColumn["type"];
  const text = part.replace(typePattern, "").trim();
  const typed = type === undefined ? {} : { type };
  const plain = find(text, names);
  if (plain !== undefined) return { column: plain, name: plain, ...typed };
  for (let at = text.indexOf(":"); at >= 0; at = text.indexOf(":", at + 1)) {
    const [column, name] = [find(text.slice(0, at).trim(), names), text.slice(at + 1).trim()];
    if (column !== undefined && name !== "") return { column, name, ...typed };
  }
  return undefined;
}

function find(name: string, names: readonly string[]): string | undefined {
  return names.find((known) => known === name) ?? names.find((known) => nameKey(known) === nameKey(name));
}

function missing(part: string, table: string, names: readonly string[]): never {
  const wanted = part.replace(typePattern, "").split(":")[0]!.trim();
  const meant = nearest(wanted, names);
  throw new PublishError(
    "CONVERT_COLUMN_MISSING",
    `The shape names the column ${JSON.stringify(wanted)}, which the table ${table} does not have.`,
    [
      ...(meant === undefined ? [] : [`Write ${meant} instead.`]),
      setOption("shape", undefined, "with columns that every table has, in the form csvcol:dbcol(TYPE),…"),
    ],
    { option: "shape", column: wanted, table, ...(meant !== undefined && { nearest: meant }) },
  );
}

function refuseTwice(columns: readonly ShapedColumn[], nameOf: (column: ShapedColumn) => string): void {
  const seen = new Set<string>();
  for (const column of columns) {
    const name = nameOf(column);
    if (seen.has(nameKey(name)))
      throw new PublishError(
        "OPTION_INVALID",
        `The shape names ${name} twice.`,
        setOption("shape", undefined, "with each column once, and no two of one name"),
        { option: "shape", column: name },
      );
    seen.add(nameKey(name));
  }
}
