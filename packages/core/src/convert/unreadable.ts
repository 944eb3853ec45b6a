import type { ErrorCode } from "../errors/codes.ts";
import { isPublishError, PublishError } from "../errors/publish-error.ts";
import type { Remedy } from "../errors/remedies.ts";
import type { Context } from "../events/events.ts";
import { warn } from "../events/warnings.ts";
import type { LeftOut } from "../files/input-file.ts";
import type { UnreadableFile } from "./dataset.ts";

/** What is wrong with one file, so that the others can still be read. */
const fileCodes: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "INPUT_NOT_FOUND",
  "INPUT_UNREADABLE",
  "INPUT_UNSUPPORTED",
  "ARCHIVE_INVALID",
  "LIMIT_EXCEEDED",
  "CSV_INVALID",
  "CSV_ENCODING",
  "SQLITE_INVALID",
]);

/** Files that an error names. */
const mostNamed = 20;

/**
 * What `read` returns; undefined where the file cannot be read, which is then added to `unreadable`. Any other error is thrown.
 *
 * @param file its name, or what tells it once `read` has failed
 */
export async function readOr<T>(
  unreadable: UnreadableFile[],
  file: string | (() => string),
  read: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (!isPublishError(error) || !fileCodes.has(error.code)) throw error;
    const name = typeof file === "string" ? file : file();
    if (!unreadable.some((known) => known.file === name)) unreadable.push({ file: name, error });
    return undefined;
  }
}

/** Says of each file that it cannot be read and is left out, as was asked; no file is left in `unreadable`. */
export function leaveOutUnreadable(unreadable: UnreadableFile[], ctx: Context): LeftOut[] {
  return unreadable.splice(0).map(({ file, error }) => {
    const { code, message, remedies } = error;
    warn(ctx, "INPUT_SKIPPED", `${message} It is left out.`, { ...error.facts, file, code }, remedies);
    return { file, why: `cannot be read (${code})` };
  });
}

/** One error for all files that cannot be read, at least one: it has the code of the first, names the others, and has the remedies of all. */
export function unreadableError(unreadable: readonly UnreadableFile[]): PublishError {
  const [first, ...others] = unreadable as readonly [UnreadableFile, ...UnreadableFile[]];
  if (others.length === 0) return first.error;
  const named = others.slice(0, mostNamed - 1).map(({ file }) => file);
  const message = `${first.error.message} ${others.length} more cannot be read: ${named.join(", ")}${others.length > named.length ? ", …" : ""}.`;
  const remedies = new Map<string, Remedy>();
  for (const { error } of unreadable.slice(0, mostNamed)) for (const remedy of error.remedies) remedies.set(JSON.stringify(remedy), remedy);
  return new PublishError(
    first.error.code,
    message,
    [...remedies.values()],
    { ...first.error.facts, files: unreadable.length },
    first.error,
  );
}
