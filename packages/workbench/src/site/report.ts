import { explain, isPublishError, reportOf, toErrorJson, type Prepared, type Remedy, type Warning } from "@datasette-publish/core";
import type { Decision, FileError, FileFinding, PreparedReport, PreparedTable, PrivateFinding, WarningGroup } from "../protocol.ts";
import { dataTables, firstRows } from "./first-rows.ts";

/** What a preparation was made with. */
export interface ReportOf {
  readonly warnings: readonly Warning[];
  readonly passedOver: readonly string[];
}

/** What files and choices came to, with no decision in it. */
export function reportPrepared({ site, digest, project }: Prepared, { warnings, passedOver }: ReportOf): PreparedReport {
  const paths = new Map(site.dataset.databases.map(({ name, path }) => [name, path]));
  const databases = reportOf(site);
  const tables = databases.flatMap(({ name: database, tables: of }) => {
    const path = paths.get(database)!;
    const shown = dataTables(path);
    return of
      .filter(({ name }) => shown.has(name))
      .map((table): PreparedTable => ({
        ...table,
        database,
        reasons: table.columns.map(explain),
        first: firstRows(path, { table: table.name }),
      }));
  });
  return {
    digest,
    title: titleOf(site.serve.metadata, project.name),
    name: project.name,
    project: project.id,
    files: findingsOf(site.dataset, tables),
    databases: databases.map(({ tables: _tables, ...database }) => database),
    tables,
    leftOut: [...(site.contents?.leftOut ?? []), ...(site.dataset.leftOut ?? [])],
    warnings: groupWarnings(warnings.filter(({ code }) => code !== "PRIVATE_DATA")),
    findings: warnings.filter(({ code }) => code === "PRIVATE_DATA").map(toFinding),
    passedOver,
  };
}

/** The same with what was decided; what is undecided blocks a publish. */
export function withDecisions(report: PreparedReport, decisions: readonly Decision[]): PreparedReport {
  const decided = (finding: PrivateFinding) =>
    decisions.find(({ table, column, kind }) => table === finding.table && column === finding.column && kind === finding.kind) ?? null;
  return { ...report, findings: report.findings.map((finding) => ({ ...finding, decision: decided(finding) })) };
}

function titleOf(metadata: Readonly<Record<string, unknown>>, name: string): string {
  const { title } = metadata;
  return typeof title === "string" ? title : name;
}

const isIn = (name: string, file: string): boolean => name === file || name.startsWith(`${file}/`);

/** What each file that was given became; an archive is what its files are. */
function findingsOf({ sources, unreadable }: Prepared["site"]["dataset"], tables: readonly PreparedTable[]): PreparedReport["files"] {
  const errors = unreadable.map(({ file, error }) => ({
    name: file,
    finding: { state: "error", error: toFileError(error) } as FileFinding,
  }));
  const read = sources
    .filter(({ name }) => !errors.some((one) => isIn(one.name, name)))
    .map(({ name }) => {
      const of = tables.filter(({ source }) => source !== null && isIn(source, name));
      const told = of.map((table) => ({ name: table.name, rows: table.rows, columns: table.columns.length }));
      return { name, finding: { state: "ok" as const, tables: told } };
    });
  return [...read, ...errors].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** An error as plain data, without its exit status. */
export function toFileError(error: unknown): FileError {
  const { exitStatus: _status, ...plain } = toErrorJson(error);
  return isPublishError(error) ? plain : { ...plain, remedies: [] };
}

/** Warnings by what mends them, in the order in which they came. */
function groupWarnings(warnings: readonly Warning[]): WarningGroup[] {
  const groups = Map.groupBy(warnings, ({ code, remedies: [first] }) => (first === undefined ? "" : `${code} ${mendOf(first)}`));
  return [...groups].map(([key, of]) => ({ mend: key.slice(key.indexOf(" ") + 1), warnings: of }));
}

/** What a remedy asks to be done, without the value: the same for every column that it would mend. */
function mendOf(remedy: Remedy): string {
  if (remedy.action === "set-option" || remedy.action === "remove-option") return remedy.option;
  return remedy.action === "advise" ? remedy.text : remedy.action;
}

function toFinding({ facts, message }: Warning): PrivateFinding {
  const { file, table, column, kind, count, counted, line, example, confidence } = facts;
  return { file, table, column, kind, count, counted, line, example, confidence, message, decision: null } as PrivateFinding;
}
