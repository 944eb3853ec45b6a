import type { Column, ColumnChoice } from "@datasette-publish/workbench/protocol";
import type { Changes } from "../../choices/change.ts";

const kinds = [
  "text",
  "integer",
  "real",
  "date day-first",
  "date month-first",
  "date year-first",
  "date auto",
  "datetime auto",
  "number decimal-comma",
  "number thousands",
  "number percent",
  "number currency",
] as const;

/** How a column is read: one choice for a person, of several settings. `found`: as its values are. */
export type ColumnKind = (typeof kinds)[number] | "found";

/** What is chosen about how a column is read. */
export function kindOf({ type, date, datetime, number }: ColumnChoice): ColumnKind {
  if (date !== undefined) return `date ${date}`;
  if (datetime !== undefined) return "datetime auto";
  if (number !== undefined) return `number ${number}`;
  return type ?? "found";
}

/** Those to choose from; a choice that is seldom is there when it was made. */
export function kindsFor(chosen: ColumnKind): readonly ColumnKind[] {
  return ["found", ...kinds.filter((kind) => !kind.endsWith(" auto") || kind === chosen)];
}

/** The settings of a kind, without those of any other. */
export function kindChange(kind: ColumnKind): Changes<ColumnChoice> {
  const none = { type: undefined, date: undefined, datetime: undefined, number: undefined };
  const [what, how] = kind.split(" ") as [string, never?];
  if (what === "date" || what === "datetime" || what === "number") return { ...none, [what]: how };
  return what === "found" ? none : { ...none, type: what as "text" };
}

/** What a column holds, for its name in plain words and its colour: dates are text to SQLite, and not to people. */
export function shownType({ type, converted }: Pick<Column, "type" | "converted">): string {
  return converted?.as === "date" || converted?.as === "datetime" ? converted.as : type;
}

/** Rules by which numbers stay text because they would lose something: worth saying beside the table. */
const losing = new Set<string>([
  "leading-zero",
  "plus-sign",
  "exponent-code",
  "too-many-digits",
  "out-of-range",
  "same-number-twice",
  "too-many-to-compare",
  "unread-number",
]);

export function isKeptFromLoss({ type, reason }: Pick<Column, "type" | "reason">): boolean {
  return type === "TEXT" && losing.has(reason.rule);
}
