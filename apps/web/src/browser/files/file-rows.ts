import type { FileError, FileFinding } from "@datasette-publish/workbench/protocol";
import type { Problem } from "../api.ts";
import type { DraftView } from "../../routes.ts";
import type { Upload } from "./uploads.ts";

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
export function fileRows({ draft, report }: DraftView, uploads: readonly Upload[]): FileRow[] {
  const { choices, files } = draft;
  const sending = uploads.filter(({ state }) => state !== "sent");
  const statusOf = (name: string, finding: FileFinding): FileStatus =>
    choices.files[name]?.leaveOut === true ? { kind: "left-out" } : toStatus(finding);
  const there = files
    .filter(({ name }) => !sending.some((one) => one.name === name))
    .map(({ name, sizeBytes, finding }): FileRow => ({ name, sizeBytes, status: statusOf(name, reported(name, finding, report)) }));
  const within = (report?.files ?? [])
    .filter(({ name }) => !files.some((one) => one.name === name))
    .map(({ name, finding }): FileRow => ({ name, sizeBytes: null, status: statusOf(name, finding) }));
  const leftOut = Object.keys(choices.files)
    .filter((name) => choices.files[name]?.leaveOut === true && name.includes("/") && !within.some((row) => row.name === name))
    .map((name): FileRow => ({ name, sizeBytes: null, status: { kind: "left-out" } }));
  const coming = sending.map((one): FileRow => ({ name: one.name, sizeBytes: one.sizeBytes, status: uploadStatus(one) }));
  return [...there, ...within, ...leftOut, ...coming].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** What the report says of a file is newer than what the draft kept. An archive is what its files are. */
function reported(name: string, finding: FileFinding, report: DraftView["report"]): FileFinding {
  const own = report?.files.find((file) => file.name === name)?.finding;
  if (own !== undefined) return own;
  const isRead = report?.files.some((file) => file.name.startsWith(`${name}/`)) === true;
  if (!isRead || finding.state !== "arrived") return finding;
  const tables = (report?.tables ?? []).filter(({ source }) => source?.startsWith(`${name}/`) === true);
  return { state: "ok", tables: tables.map((table) => ({ name: table.name, rows: table.rows, columns: table.columns.length })) };
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

/** What is left to do before the draft can be looked at. */
export function blockedBy(rows: readonly FileRow[], isPrepared: boolean, isFolder: boolean): Blocked | null {
  const kinds = new Set(rows.map(({ status }) => status.kind));
  if (rows.length === 0 && !isFolder) return "empty";
  if (kinds.has("waiting") || kinds.has("sending") || kinds.has("lost")) return "arriving";
  if (kinds.has("stopped") || kinds.has("refused") || kinds.has("error")) return "faulty";
  if (rows.length > 0 && kinds.size === 1 && kinds.has("left-out")) return "nothing-left";
  return isPrepared ? null : "looking";
}
