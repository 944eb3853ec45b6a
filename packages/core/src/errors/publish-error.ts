import { codes, exitStatus, type Blame, type ErrorCode } from "./codes.ts";

/** Extra, machine-readable detail of an error: file, line, column, request, limit in bytes … Never a secret. */
export type Facts = Readonly<Record<string, string | number | boolean | null>>;

/**
 * The one error class of the project. Two copies of core may live in one process,
 * so recognise it with {@link isPublishError} (by `code`), never by `instanceof`.
 */
export class PublishError extends Error {
  readonly code: ErrorCode;
  /** One imperative sentence: what the user does next. */
  readonly hint: string;
  readonly facts: Facts;

  constructor(code: ErrorCode, message: string, hint: string, facts: Facts = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "PublishError";
    this.code = code;
    this.hint = hint;
    this.facts = facts;
  }
}

export function isPublishError(error: unknown): error is PublishError {
  return error instanceof Error && "code" in error && typeof error.code === "string" && error.code in codes && "hint" in error;
}

export function blameOf(error: PublishError): Blame {
  return codes[error.code];
}

/** Any thrown value as a {@link PublishError}; a system error keeps its meaning, what is unknown becomes `INTERNAL`. */
export function toPublishError(error: unknown): PublishError {
  if (isPublishError(error)) return error;
  const { name, message, code, path } = (error instanceof Error ? error : new Error(String(error))) as NodeJS.ErrnoException;
  const facts: Facts = path === undefined ? {} : { path };
  if (name === "AbortError") return new PublishError("CANCELLED", "Cancelled.", "Run the same command again to finish.", {}, error);
  if (code === "ENOSPC" || message.includes("database or disk is full"))
    return new PublishError(
      "DISK_FULL",
      `No space left on the device${path ? ` for ${path}` : ""}.`,
      "Free some disk space, or set TMPDIR to a larger disk.",
      facts,
      error,
    );
  if (code === "EACCES" || code === "EPERM" || code === "EROFS")
    return new PublishError("OUTPUT_UNWRITABLE", `Permission denied: ${path ?? message}.`, "Choose a path you may write to.", facts, error);
  return new PublishError("INTERNAL", message, "This is a bug: please report it with the command you ran.", {}, error);
}

/** The `--json` form of an error: code, message, hint and facts, nothing else, so that no option value can leak. */
export function toErrorJson(error: unknown): {
  error: { code: ErrorCode; message: string; hint: string; facts: Facts; exitStatus: number };
} {
  const known = toPublishError(error);
  const { code, message, hint, facts } = known;
  return { error: { code, message, hint, facts, exitStatus: exitStatus[blameOf(known)] } };
}
