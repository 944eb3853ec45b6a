import type { TableChange } from "@datasette-publish/workbench/protocol";
import { countOf, formatList, formatNumber } from "./format.ts";
import { typeName } from "./types.ts";

/** What is said of what an update changes. */
export const change = {
  title: "What will change",
  lead: "Compared with what the site shows now.",
  comparing: "Comparing it with what the site shows now…",
  none: "Nothing: the data is the same as on the site now.",
  unknown: "What the site shows now is not kept on this computer, so what will change cannot be shown.",
  rows: ({ state, rowsBefore, rowsAfter, newRows, changedRows, goneRows }: TableChange): string => {
    if (state === "same") return "no change";
    if (state === "new") return `a new table of ${countOf(rowsAfter, "row", "rows")}`;
    if (state === "gone") return `the table is gone, with its ${countOf(rowsBefore, "row", "rows")}`;
    const parts = [
      newRows > 0 && `${formatNumber(newRows)} new`,
      changedRows > 0 && `${formatNumber(changedRows)} changed`,
      goneRows > 0 && `${formatNumber(goneRows)} gone`,
    ].filter((part) => part !== false);
    const now =
      rowsBefore === rowsAfter ? countOf(rowsAfter, "row", "rows") : `${formatNumber(rowsBefore)} → ${countOf(rowsAfter, "row", "rows")}`;
    return parts.length === 0 ? now : `${now}: ${parts.join(", ")}`;
  },
  tableGone: "Links to it break.",
  goneColumns: (columns: readonly string[]) =>
    columns.length === 1
      ? `The column “${columns[0]}” is gone: links that use it break.`
      : `The columns ${quoted(columns)} are gone: links that use them break.`,
  newColumns: (columns: readonly string[]) =>
    columns.length === 1 ? `The column “${columns[0]}” is new.` : `The columns ${quoted(columns)} are new.`,
  type: ({ column, before, after }: TableChange["types"][number]) =>
    `“${column}” was ${typeName(before)} and is ${typeName(after)} now.${before === "TEXT" && after !== "TEXT" ? " Were leading zeros lost, as when a file is opened and saved in Excel?" : ""}`,
};

const quoted = (columns: readonly string[]): string => formatList(columns.map((column) => `“${column}”`));
