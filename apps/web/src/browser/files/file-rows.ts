import type { Draft, FileError, FileFinding, PreparedReport } from "@datasette-publish/workbench/protocol";
import type { Problem } from "../api.ts";
import type { MissedFile, Upload } from "./uploads.ts";

/** How a file is, as its row shows it. */
export type FileStatus =
  | { readonly kind: "waiting" }
  | { readonly kind: "sending" | "lost"; readonly sentBytes: number }
  | { readonly kind: "refused"; readonly problem: Problem }
  /** It stopped on its way, and this page does not have it any more. */
  | { readonly kind: "stopped"; readonly receivedBytes: number }
  /** It is there; nobody has looked into it. */
  | { readonly kind: "arrived" }
  | { readonly kind: "ok"; readonly tables: Extract<FileFinding, { state: "ok" }>["tables"] }
  | { readonly kind: "left-out" }
  | { readonly kind: "error"; readonly error: FileError };

export interface FileRow {
  readonly name: string;
  /** Null for a file in a folder or an archive. */
  readonly sizeBytes: number | null;
  readonly status: FileStatus;
}

/** The files of a draft: those that are there, those on their way, and those in folders and archives that were looked into. */
export function fileRows(
  draft: Draft,
  report: PreparedReport | null,
  uploads: readonly Upload[],
  missed: readonly MissedFile[] = [],
): FileRow[] {
  const { choices, files, folder } = draft;
  const sending = uploads.filter(({ state }) => state !== "sent");
  const isLeftOut = (name: string): boolean => choices.files[name]?.leaveOut === true;
  const toRow = (name: string, sizeBytes: number | null, finding: FileFinding): FileRow => ({
    name,
    sizeBytes,
    status: isLeftOut(name) ? { kind: "left-out" } : toStatus(finding),
  });
  const isWithin = (name: string): boolean => folder !== null || files.some((file) => name.startsWith(`${file.name}/`));
  const there = files
    .filter(({ name }) => !sending.some((one) => one.name === name))
    .map(({ name, sizeBytes, finding }) => toRow(name, sizeBytes, finding));
  const within = (report?.files ?? [])
    .filter(({ name }) => !files.some((one) => one.name === name) && isWithin(name))
    .map(({ name, finding }) => toRow(name, null, finding));
  const leftOut = Object.keys(choices.files)
    .filter((name) => isLeftOut(name) && isWithin(name) && !within.some((row) => row.name === name))
    .map((name) => toRow(name, null, { state: "left-out" }));
  const coming = sending.map((one): FileRow => ({ name: one.name, sizeBytes: one.sizeBytes, status: uploadStatus(one) }));
  const isKnown = (name: string): boolean => uploads.some((one) => one.name === name) || files.some((one) => one.name === name);
  const lost = missed
    .filter(({ name }) => !isKnown(name))
    .map(({ name, sizeBytes }) => toRow(name, sizeBytes, { state: "arriving", receivedBytes: 0 }));
  return [...there, ...within, ...leftOut, ...lost, ...coming].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function toStatus(finding: FileFinding): FileStatus {
  switch (finding.state) {
    case "arriving":
      return { kind: "stopped", receivedBytes: finding.receivedBytes };
    case "ok":
      return { kind: "ok", tables: finding.tables };
    case "error":
      return { kind: "error", error: finding.error };
    default:
      return { kind: finding.state };
  }
}

function uploadStatus({ state, sentBytes, problem }: Upload): FileStatus {
  if (state === "refused" && problem !== null) return { kind: "refused", problem };
  return state === "sending" || state === "lost" ? { kind: state, sentBytes } : { kind: "waiting" };
}

/** Why one cannot go on from the files; null: one can. */
export type Blocked = "empty" | "arriving" | "looking" | "faulty" | "nothing-left";

/** Whether something has to be done about a file before one can go on. */
export function isFaulty({ status: { kind } }: FileRow): boolean {
  return kind === "stopped" || kind === "refused" || kind === "error";
}

/** What is left to do before the draft can be looked at. */
export function blockedBy(rows: readonly FileRow[], isPrepared: boolean, isFolder: boolean): Blocked | null {
  const kinds = new Set(rows.map(({ status }) => status.kind));
  if (rows.length === 0 && !isFolder) return "empty";
  if (kinds.has("waiting") || kinds.has("sending") || kinds.has("lost")) return "arriving";
  if (rows.some(isFaulty)) return "faulty";
  if (rows.length > 0 && kinds.size === 1 && kinds.has("left-out")) return "nothing-left";
  return isPrepared ? null : "looking";
}
