import type { Decision, FindingKey, PreparedReport, PrivateFinding } from "@datasette-publish/workbench/protocol";

/** A column that looks like private data, and what was decided about it. */
export interface PrivateItem extends FindingKey {
  /** Null once the column is left out: nobody looks at it any more. */
  readonly finding: PrivateFinding | null;
  readonly decision: Decision["decision"] | null;
}

/** What tells a finding, as one text. */
export const keyOf = ({ database, table, column, kind }: FindingKey): string => JSON.stringify([database, table, column, kind]);

/** Findings with what was decided by now, and columns that are left out for what they looked like. */
export function privateItems({ findings }: Pick<PreparedReport, "findings">, decisions: readonly Decision[]): PrivateItem[] {
  const found = findings.map((finding): PrivateItem => {
    const { database, table, column, kind } = finding;
    const decision = decisions.find((one) => keyOf(one) === keyOf(finding))?.decision ?? null;
    return { database, table, column, kind, finding, decision };
  });
  const gone = decisions
    .filter((one) => one.decision === "leave-out" && !findings.some((finding) => keyOf(finding) === keyOf(one)))
    .map(({ database, table, column, kind, decision }): PrivateItem => ({ database, table, column, kind, finding: null, decision }));
  return [...found, ...gone];
}

/** What nobody has decided about yet. */
export function undecided(items: readonly PrivateItem[]): PrivateItem[] {
  return items.filter(({ decision }) => decision === null);
}
