import { open, stat } from "node:fs/promises";
import { PublishError } from "../errors/publish-error.ts";
import { systemCode } from "./failures.ts";

/** A file to read. `name` is what the user knows it by: its path as it was given, or `data.zip/people.csv` for one that was unpacked. */
export interface InputFile {
  readonly path: string;
  readonly name: string;
}

export type FileKind = "csv" | "sqlite" | "empty" | "binary" | "zip" | "gzip";

const sqliteMagic = "SQLite format 3\0";

/** Ends of the names of what SQLite keeps beside a database (sqlite.org/tempfiles.html). */
export const companion = /-(wal|shm|journal)$/;

/** Extensions of delimited text, with the delimiter each stands for. */
export const delimiterByExtension: Readonly<Record<string, string>> = { ".csv": ",", ".tsv": "\t", ".tab": "\t" };

/** Tells SQLite files, archives, other binary files and text apart by their first 8 KiB. */
export async function identify(path: string): Promise<FileKind> {
  const file = await open(path, "r");
  try {
    const buffer = Buffer.alloc(8192);
    const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
    const start = buffer.subarray(0, bytesRead);
    if (bytesRead === 0) return "empty";
    if (start.subarray(0, 16).toString("latin1") === sqliteMagic) return "sqlite";
    if (start.subarray(0, 4).toString("latin1") === "PK\x03\x04" || start.subarray(0, 4).toString("latin1") === "PK\x05\x06") return "zip";
    if (start[0] === 0x1f && start[1] === 0x8b) return "gzip";
    const utf16 = (start[0] === 0xff && start[1] === 0xfe) || (start[0] === 0xfe && start[1] === 0xff);
    return !utf16 && start.includes(0) ? "binary" : "csv";
  } finally {
    await file.close();
  }
}

/** What to do with a spreadsheet. */
export const saveAsCsv = "Save each sheet as CSV (UTF-8), then give those files.";

export function isSpreadsheet(file: string): boolean {
  return /\.(xlsx?|ods|numbers)$/i.test(file);
}

/** The `INPUT_UNSUPPORTED` error for a file that is neither delimited text nor SQLite. */
export function unsupported(file: string): PublishError {
  const hint = isSpreadsheet(file) ? saveAsCsv : "Give a CSV, TSV or SQLite file, or a folder or zip archive of them.";
  return new PublishError("INPUT_UNSUPPORTED", `${file} is neither CSV, TSV nor SQLite.`, hint, { file });
}

/** A file system error on an input as `INPUT_NOT_FOUND` or `INPUT_UNREADABLE`. */
export function inputError(path: string, error: unknown): PublishError {
  const code = systemCode(error);
  if (code === "ENOENT" || code === "ENOTDIR")
    return new PublishError(
      "INPUT_NOT_FOUND",
      `${path || "A path without a name"} does not exist.`,
      absentHint(path),
      { file: path },
      error,
    );
  return new PublishError("INPUT_UNREADABLE", `${path} cannot be read (${code}).`, "Make the file readable.", { file: path, code }, error);
}

/** What to do about a path that is not there, by what it may have been meant as. */
function absentHint(path: string): string {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(path)) return "Download it first, and give the file: addresses are not read.";
  if (/[*?]/.test(path)) return "Write a pattern without quotes, so that the shell expands it, or give the folder.";
  return "Check the path.";
}

/** Identifies one state of a file; it differs once the file is written or replaced. */
export async function fingerprint(path: string): Promise<string> {
  const { size, mtimeNs, ino } = await stat(path, { bigint: true }).catch((error: unknown) => {
    throw inputError(path, error);
  });
  return `${size} ${mtimeNs} ${ino}`;
}

/** The error for a file that was written while it was read. */
export function changedError(file: string): PublishError {
  const message = `${file} changed while it was read.`;
  return new PublishError("INPUT_CHANGED", message, "Run the same command again when nothing writes to it.", { file });
}
