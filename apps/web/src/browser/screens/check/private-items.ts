import type { Decision, PreparedReport, PrivateFinding } from "@datasette-publish/workbench/protocol";

/** A column that looks like private data, and what was decided about it. */
export interface PrivateItem {
  readonly table: string;
  readonly column: string;
  readonly kind: string;
  /** Null once the column is left out: nobody looks at it any more. */
  readonly finding: PrivateFinding | null;
  readonly decision: Decision["decision"] | null;
}

type Of = Pick<PrivateItem, "table" | "column" | "kind">;

const isOf = (one: Of, { table, column, kind }: Of): boolean => one.table === table && one.column === column && one.kind === kind;

/** Findings with what was decided by now, and columns that are left out for what they looked like. */
export function privateItems({ findings }: Pick<PreparedReport, "findings">, decisions: readonly Decision[]): PrivateItem[] {
  const found = findings.map((finding): PrivateItem => {
    const { table, column, kind } = finding;
    const decision = decisions.find((one) => isOf(one, finding))?.decision ?? null;
    return { table, column, kind, finding, decision };
  });
  const gone = decisions
    .filter((one) => one.decision === "leave-out" && !findings.some((finding) => isOf(finding, one)))
    .map(({ table, column, kind, decision }): PrivateItem => ({ table, column, kind, finding: null, decision }));
  return [...found, ...gone];
}

/** What nobody has decided about yet. */
export function undecided(items: readonly PrivateItem[]): PrivateItem[] {
  return items.filter(({ decision }) => decision === null);
}
