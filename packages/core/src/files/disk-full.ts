import { tmpdir } from "node:os";
import { join } from "node:path";
import { PublishError } from "../errors/publish-error.ts";
import { sqliteCode, systemCode } from "./failures.ts";

/** What the path of every private folder begins with. */
export function workDirPrefix(): string {
  return join(tmpdir(), "datasette-publish-");
}

/**
 * Runs `work`, which writes `path` or below it. The system's error for a full disk often has no path, or that of a file which is only
 * read; this one names the disk.
 *
 * @throws PublishError `DISK_FULL`; anything else as it is
 */
export async function writingTo<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw isDiskFull(error) ? diskFull(path, error) : error;
  }
}

/** Whether a disk takes no more, or the user's share of it is used up. */
export function isDiskFull(error: unknown): boolean {
  return /^(ENOSPC|EDQUOT)$/.test(systemCode(error)) || sqliteCode(error) === 13;
}

/** The error for a file or folder that the disk has no room for; `name` is what the user knows it by. */
export function diskFull(path: string, cause: unknown, name = path): PublishError {
  const isTemporary = path.startsWith(workDirPrefix());
  const place = isTemporary ? tmpdir() : name;
  const otherwise = isTemporary ? "set TMPDIR to a folder of a larger disk" : "write to a larger disk";
  return new PublishError("DISK_FULL", `The disk of ${place} is full.`, `Free some space there, or ${otherwise}.`, { file: name }, cause);
}
