import type { PreparedReport, Remedy, Warning, WarningGroup } from "@datasette-publish/workbench/protocol";
import { valueOf } from "../../choices/option.ts";

type SetOption = Extract<Remedy, { action: "set-option" }>;

/** A warning with what can be chosen about it here. */
export interface ShownWarning {
  readonly warning: Warning;
  /** Those of the warning, with what tells which column an option is about. */
  readonly facts: Warning["facts"];
  readonly options: readonly { readonly remedy: SetOption; readonly value: string }[];
}

/** Warnings of one kind. */
export interface ShownGroup {
  readonly code: Warning["code"];
  readonly warnings: readonly ShownWarning[];
}

/** Warnings by what they are about and what mends them, with the columns of their tables among their facts. */
export function shownGroups({ warnings, tables }: Pick<PreparedReport, "warnings" | "tables">): ShownGroup[] {
  const columnsOf = new Map(tables.map(({ name, columns }) => [name, columns.map((column) => column.name)]));
  return warnings.flatMap(({ warnings: of }: WarningGroup) =>
    [...Map.groupBy(of, ({ code }) => code)].map(([code, list]) => ({ code, warnings: list.map((one) => shown(one, columnsOf)) })),
  );
}

function shown(warning: Warning, columnsOf: ReadonlyMap<string, readonly string[]>): ShownWarning {
  const facts = withColumns(warning.facts, columnsOf);
  const options = warning.remedies.flatMap((remedy) => {
    const value = remedy.action === "set-option" ? valueOf(remedy, facts) : null;
    return remedy.action !== "set-option" || value === null ? [] : [{ remedy, value }];
  });
  return { warning, facts, options };
}

/** Some warnings are about more columns of a table than their facts name. */
function withColumns(facts: Warning["facts"], columnsOf: ReadonlyMap<string, readonly string[]>): Warning["facts"] {
  const known = facts["columns"];
  const columns = [...(Array.isArray(known) ? known.map(String) : []), ...(columnsOf.get(String(facts["table"])) ?? [])];
  return columns.length === 0 ? facts : { ...facts, columns };
}
