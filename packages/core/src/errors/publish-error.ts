import { codes, exitStatus, type Blame, type ErrorCode } from "./codes.ts";
import { toRemedies, type Remedies, type Remedy } from "./remedies.ts";

type Fact = string | number | boolean | null;

/**
 * Extra, machine-readable detail of an error or a warning: file, line, column, request, limit in bytes … Never a secret.
 * A list holds what there is several of, such as the first bad lines.
 */
export type Facts = Readonly<Record<string, Fact | readonly Fact[]>>;

/**
 * The one error class of the project. Two copies of core may live in one process,
 * so recognise it with {@link isPublishError} (by `code`), never by `instanceof`.
 */
export class PublishError extends Error {
  readonly code: ErrorCode;
  /** What the user does next, the likeliest first. */
  readonly remedies: readonly Remedy[];
  readonly facts: Facts;

  constructor(code: ErrorCode, message: string, remedies: Remedies, facts: Facts = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "PublishError";
    this.code = code;
    this.remedies = toRemedies(remedies);
    this.facts = facts;
  }
}

export function isPublishError(error: unknown): error is PublishError {
  return error instanceof Error && "code" in error && typeof error.code === "string" && error.code in codes && "remedies" in error;
}

export function blameOf(error: PublishError): Blame {
  return codes[error.code];
}

/** Any thrown value as a {@link PublishError}; a system error keeps its meaning, what is unknown becomes `INTERNAL`. */
export function toPublishError(error: unknown): PublishError {
  if (isPublishError(error)) return error;
  const { name, message, code = "", path, dest } = (error instanceof Error ? error : new Error(String(error))) as SystemError;
  const at = dest ?? path;
  const facts: Facts = at === undefined ? {} : { path: at };
  if (name === "AbortError") return new PublishError("CANCELLED", "Cancelled.", { action: "retry", note: "to finish" }, {}, error);
  if (/^(ENOSPC|EDQUOT)$/.test(code) || message.includes("database or disk is full"))
    return new PublishError("DISK_FULL", diskFullMessage(at), "Free some space there, or write to a larger disk.", facts, error);
  if (/^(EACCES|EPERM|EROFS)$/.test(code)) {
    const why = code === "EROFS" ? "The disk is read-only" : "Permission denied";
    return new PublishError("OUTPUT_UNWRITABLE", `${why}: ${at ?? message}.`, "Choose a path you may write to.", facts, error);
  }
  if (code === "EFBIG")
    return new PublishError("OUTPUT_UNWRITABLE", "A file is larger than the system allows.", "Raise the limit (ulimit -f).", facts, error);
  if (code === "ENAMETOOLONG")
    return new PublishError("INPUT_UNREADABLE", longPathMessage(at ?? ""), "Move the files up, or shorten their names.", facts, error);
  return new PublishError("INTERNAL", message, "This is a bug: please report it, with what you did.", {}, error);
}

function diskFullMessage(path: string | undefined): string {
  return path === undefined ? "A disk is full: that of the output, or that of temporary files." : `The disk of ${path} is full.`;
}

/** Shows the end of a path that is longer than any terminal. */
function longPathMessage(path: string): string {
  return `A path is longer than the system allows: …${path.slice(-80)}.`;
}

/** What Node's errors of the operating system have besides. */
interface SystemError extends Error {
  readonly code?: string;
  readonly path?: string;
  /** What a copy or a rename writes. */
  readonly dest?: string;
}

/** An error as plain JSON: nothing but what is meant to be shown, so that no option value can leak. */
export interface ErrorJson {
  readonly code: ErrorCode;
  readonly message: string;
  readonly remedies: readonly Remedy[];
  readonly facts: Facts;
  readonly exitStatus: number;
}

export function toErrorJson(error: unknown): ErrorJson {
  const known = toPublishError(error);
  const { code, message, remedies, facts } = known;
  return { code, message, remedies, facts, exitStatus: exitStatus[blameOf(known)] };
}
