import { open } from "node:fs/promises";
import { PublishError } from "../../errors/publish-error.ts";

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
  const advice = isSpreadsheet(file) ? saveAsCsv : "Give a CSV, TSV or SQLite file, or a folder or zip archive of them.";
  return new PublishError("INPUT_UNSUPPORTED", `${file} is neither CSV, TSV nor SQLite.`, [advice, { action: "leave-out", file }], {
    file,
  });
}
