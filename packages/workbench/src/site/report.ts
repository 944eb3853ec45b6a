import { parse } from "node:path";
import { DatabaseSync } from "node:sqlite";
import {
  dataTables,
  explain,
  isPublishError,
  reportOf,
  toErrorJson,
  type Prepared,
  type Remedy,
  type Warning,
} from "@datasette-publish/core";
import type {
  Decision,
  FileError,
  FileFinding,
  FindingKey,
  PreparedReport,
  PreparedTable,
  PrivateFinding,
  WarningGroup,
} from "../protocol.ts";
import { firstRows } from "./first-rows.ts";

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
    using db = new DatabaseSync(paths.get(database)!, { readOnly: true });
    const shown = new Set(dataTables(db, "main"));
    return of
      .filter(({ name }) => shown.has(name))
      .map((table): PreparedTable => ({
        ...table,
        database,
        reasons: table.columns.map(explain),
        first: firstRows(db, { table: table.name }),
      }));
  });
  return {
    digest,
    title: titleOf(site.serve.metadata, project.name),
    name: project.name,
    project: project.id,
    files: findingsOf(site.dataset, tables, warnings),
    databases: databases.map(({ tables: _tables, ...database }) => database),
    tables,
    leftOut: leftOutOf(site),
    warnings: groupWarnings(warnings.filter(({ code }) => code !== "PRIVATE_DATA")),
    findings: warnings.filter(({ code }) => code === "PRIVATE_DATA").map(toFinding),
    passedOver,
  };
}

/** The same with what was decided; what is undecided blocks a publish, and so does a column that was to be left out and is there. */
export function withDecisions(report: PreparedReport, decisions: readonly Decision[]): PreparedReport {
  const decided = (finding: PrivateFinding) => decisions.find((one) => one.decision === "public" && isSameFinding(one, finding)) ?? null;
  return { ...report, findings: report.findings.map((finding) => ({ ...finding, decision: decided(finding) })) };
}

function isSameFinding(one: FindingKey, { database, table, column, kind }: FindingKey): boolean {
  return one.database === database && one.table === table && one.column === column && one.kind === kind;
}

/** The contents of a site know of the files that the data's do. */
function leftOutOf({ contents, dataset }: Prepared["site"]): PreparedReport["leftOut"] {
  const all = [...(contents?.leftOut ?? []), ...(dataset.leftOut ?? [])];
  return [...new Map(all.map((one) => [one.file, one])).values()];
}

function titleOf(metadata: Readonly<Record<string, unknown>>, name: string): string {
  const { title } = metadata;
  return typeof title === "string" ? title : name;
}

const isIn = (name: string, file: string): boolean => name === file || name.startsWith(`${file}/`);

/** What each file that was given became; an archive is what its files are, and those of them that cannot be read are there as well. */
function findingsOf(
  { sources, unreadable }: Prepared["site"]["dataset"],
  tables: readonly PreparedTable[],
  warnings: readonly Warning[],
): PreparedReport["files"] {
  const errors = unreadable.map(({ file, error }) => ({
    name: file,
    finding: { state: "error", error: toFileError(error) } as FileFinding,
  }));
  const read = sources
    .filter(({ name }) => !errors.some((one) => one.name === name))
    .map(({ name }) => {
      const database = databaseOf(name, warnings);
      const of = tables.filter((table) => (table.source === null ? table.database === database : isIn(table.source, name)));
      const told = of.map((table) => ({ name: table.name, rows: table.rows, columns: table.first.columns.length }));
      return { name, finding: { state: "ok" as const, tables: told } };
    });
  return [...read, ...errors].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Name of the database that a SQLite file becomes. */
function databaseOf(file: string, warnings: readonly Warning[]): string {
  const renamed = warnings.find(({ code, facts }) => code === "DATABASE_RENAMED" && facts["file"] === file);
  return renamed === undefined ? parse(file).name : String(renamed.facts["database"]);
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
  const { file, database, table, column, kind, count, counted, line, example, confidence } = facts;
  return { file, database, table, column, kind, count, counted, line, example, confidence, message, decision: null } as PrivateFinding;
}
