import { PublishError } from "../../../errors/publish-error.ts";
import type { Context } from "../../../events/events.ts";
import type { PrivateData } from "../../dataset.ts";
import { setOption, type Remedy } from "../../../errors/remedies.ts";
import { warning, type Warning } from "../../../events/warnings.ts";

/** What private data there can be; each with the words that a message has for it. */
export const privateKinds = {
  email: "e-mail addresses",
  "email-in-text": "e-mail addresses in its text",
  phone: "phone numbers",
  card: "numbers of payment cards",
  iban: "numbers of bank accounts (IBAN)",
  "national-id": "national identity numbers",
  ip: "IP addresses",
  "first-name": "first names of people",
  "last-name": "last names of people",
  "full-name": "names of people",
  "birth-date": "dates of birth",
  document: "numbers of passports or licences",
  address: "addresses of people",
} as const;

export type PrivateKind = keyof typeof privateKinds;

/** A column that looks like private data. No value is in it but masked. */
export interface PrivateFinding {
  /** The file that was read. */
  readonly file: string;
  /** Of a SQLite file: the database that it becomes. Null: the file holds records. */
  readonly database: string | null;
  readonly table: string;
  readonly column: string;
  readonly kind: PrivateKind;
  /** Values that are such data, of those that were looked at; those that may be, of a column that is found by its name. */
  readonly count: number;
  /** What was looked at: all rows for e-mail addresses and accounts, up to the thousandth that is found; else a sample of the values. */
  readonly counted: number;
  /** Line of the first; null: it is in a SQLite file, which has none. */
  readonly firstLine: number | null;
  /** The first, masked: `an…@e…`. */
  readonly example: string;
  /** `high`: a check digit, or most values. `medium`: the form. `low`: the name of the column alone. */
  readonly confidence: "high" | "medium" | "low";
  /** Country of a national number (ISO 3166-1), which is a guess: several countries have the same form. */
  readonly country?: string;
}

/** Whether a column has a finding, so that none of its values is to be shown. */
export function hasPrivateFinding(findings: readonly PrivateFinding[], table: string, column: string): boolean {
  return findings.some((finding) => finding.table === table && finding.column === column);
}

/**
 * Does what was asked about findings: stops the run, or warns.
 * @throws PublishError `PRIVATE_DATA_FOUND` as {@link requireNoPrivateData} does
 */
export function tellPrivateData(findings: readonly PrivateFinding[], looks: PrivateData | undefined, { report }: Context): void {
  if (looks === "error") requireNoPrivateData(findings);
  for (const notice of privateWarnings(findings)) report({ type: "warned", ...notice });
}

/** One warning for each column with a finding. */
export function privateWarnings(findings: readonly PrivateFinding[]): Warning[] {
  return findings.map((finding) => {
    const { file, database, table, column, kind, count, counted, firstLine, example, confidence } = finding;
    return warning(
      "PRIVATE_DATA",
      `${describe(finding)} Everyone who can open the site can see it.`,
      { file, database, table, column, kind, count, counted, line: firstLine, example, confidence },
      withoutIt(finding),
    );
  });
}

/** Kinds that are looked for in every row. */
const inAllRows: ReadonlySet<PrivateKind> = new Set(["email", "email-in-text", "iban"]);

function describe({ file, table, column, kind, count, counted, firstLine, example, confidence }: PrivateFinding): string {
  const words = privateKinds[kind];
  const name = firstLine === null ? `${table}.${column}` : column;
  if (confidence === "low")
    return `${file}: ${name} may hold ${words}, by its name (${firstLine === null ? "" : `line ${firstLine}: `}${example}).`;
  const where = firstLine === null ? "" : `, the first on line ${firstLine}`;
  return `${file}: ${name} holds ${words}: ${count} of ${counted} ${inAllRows.has(kind) ? "rows" : "values looked at"}${where} (${example}).`;
}

/** How to publish without a column. A SQLite file is published as it is. */
function withoutIt({ file, database, table, column }: PrivateFinding): Remedy {
  if (database === null) return setOption("leaveOut", `${table}.${column}`, "to publish without that column");
  return { action: "replace-file", file, note: `by dropping the column ${column} of ${table}` };
}

/**
 * For those who want private data to stop the run.
 * @throws PublishError `PRIVATE_DATA_FOUND` when there is a finding
 */
export function requireNoPrivateData(findings: readonly PrivateFinding[]): void {
  const [first, ...rest] = findings;
  if (first === undefined) return;
  const { file, database, table, column, kind, firstLine } = first;
  const more = rest.length > 0 ? ` ${rest.length} more ${rest.length === 1 ? "column looks" : "columns look"} like private data.` : "";
  throw new PublishError(
    "PRIVATE_DATA_FOUND",
    describe(first) + more,
    [...findings.map(withoutIt), setOption("private", "warn", "if all of it may be public")],
    { file, database, table, column, kind, line: firstLine, columns: findings.length },
  );
}
