import { stat } from "node:fs/promises";
import { PublishError } from "../errors/publish-error.ts";
import { systemCode } from "./failures.ts";

/** A file to read. `name` is what the user knows it by: its path as it was given, or `data.zip/people.csv` for one that was unpacked. */
export interface InputFile {
  readonly path: string;
  readonly name: string;
}

/** A file or folder that is not taken along, and why, as the end of a sentence. */
export interface LeftOut {
  /** Its name, or of many of a kind their number: `120 pictures (.jpg, .png)`. */
  readonly file: string;
  readonly why: string;
}

/** A file system error on an input as `INPUT_NOT_FOUND` or `INPUT_UNREADABLE`. */
export function inputError(file: string, error: unknown): PublishError {
  const code = systemCode(error);
  if (code === "ENOENT" || code === "ENOTDIR")
    return new PublishError("INPUT_NOT_FOUND", `${file || "A path without a name"} does not exist.`, absentAdvice(file), { file }, error);
  return new PublishError(
    "INPUT_UNREADABLE",
    `${file} cannot be read (${code}).`,
    ["Make the file readable.", { action: "leave-out", file }],
    { file, code },
    error,
  );
}

/** What to do about a path that is not there, by what it may have been meant as. */
function absentAdvice(path: string): string {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(path)) return "Download it first, and give the file: addresses are not read.";
  if (/[*?]/.test(path)) return "Write a pattern without quotes, so that the shell expands it, or give the folder.";
  return "Check the path.";
}

/** Identifies one state of a file; it differs once the file is written or replaced. */
export async function fingerprint({ path, name }: InputFile): Promise<string> {
  const { size, mtimeNs, ino } = await stat(path, { bigint: true }).catch((error: unknown) => {
    throw inputError(name, error);
  });
  return `${size} ${mtimeNs} ${ino}`;
}

/** What SQLite keeps beside a database, and what of it holds data that is not in the file itself. */
const companions = ["-wal", "-journal"];

/** The {@link fingerprint} of a file, and of the write-ahead log or hot journal beside it. */
export async function stateOf(path: string): Promise<string> {
  const states = ["", ...companions].map((suffix) => fingerprint({ path: path + suffix, name: path }).catch(() => "none"));
  return (await Promise.all(states)).join();
}

/** The error for a file that was written meanwhile. */
export function changedError(file: string, since = "while it was read"): PublishError {
  const message = `${file} changed ${since}.`;
  return new PublishError("INPUT_CHANGED", message, { action: "retry", note: "when nothing writes to it" }, { file });
}
