import { randomUUID } from "node:crypto";
import { access, open, realpath, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { PublishError, toPublishError } from "../errors/publish-error.ts";
import { messageOf, sqliteCode, systemCode } from "../files/failures.ts";

/** SQLite's result codes for a file that it cannot write: READONLY, IOERR, CANTOPEN. */
const unwritableCodes = new Set([8, 10, 14]);

/**
 * Writes a SQLite file whole or not at all: `fill` gets a database in the folder of `outPath`, which is renamed to
 * `outPath` once it is complete and removed otherwise. Rollback journal mode; no journal is left beside it.
 * @throws PublishError `OUTPUT_EXISTS` unless `force`, `OUTPUT_UNWRITABLE`, `DISK_FULL`.
 */
export async function writeDatabase<T>(outPath: string, force: boolean, fill: (db: DatabaseSync) => Promise<T>): Promise<T> {
  const target = resolve(outPath);
  await checkTarget(target, force);
  const work = join(dirname(target), `.${basename(target)}.${randomUUID()}.tmp`);
  try {
    await (await open(work, "wx")).close();
    const result = await fillFile(work, fill);
    if (!force) await checkTarget(target, false);
    for (const suffix of ["-wal", "-shm", "-journal"]) await rm(target + suffix, { force: true });
    await rename(work, target);
    return result;
  } catch (error) {
    throw outputError(target, error);
  } finally {
    await rm(work, { force: true });
  }
}

async function fillFile<T>(work: string, fill: (db: DatabaseSync) => Promise<T>): Promise<T> {
  const db = new DatabaseSync(work);
  try {
    db.exec("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE; PRAGMA cache_size = -65536");
    const result = await fill(db);
    db.close();
    const file = await open(work, "r+");
    await file.sync().finally(() => file.close());
    return result;
  } finally {
    if (db.isOpen) db.close();
  }
}

async function checkTarget(target: string, force: boolean): Promise<void> {
  const stats = await stat(target).catch(() => null);
  if (stats === null) return;
  if (!stats.isFile())
    throw new PublishError("OUTPUT_UNWRITABLE", `${target} is a folder or a device.`, "Give the path of a file to write.", {
      file: target,
    });
  if (!force)
    throw new PublishError("OUTPUT_EXISTS", `${target} exists.`, "Choose another path, or use --force to replace it.", { file: target });
}

function outputError(target: string, error: unknown): unknown {
  if (sqliteCode(error) === 13)
    return new PublishError("DISK_FULL", `No space left on the device for ${target}.`, "Free some disk space, or write to a larger disk.", {
      file: target,
    });
  if (unwritableCodes.has(sqliteCode(error)))
    return new PublishError(
      "OUTPUT_UNWRITABLE",
      `${target} cannot be written: ${messageOf(error)}.`,
      "Choose a path you may write to.",
      { file: target },
      error,
    );
  if (systemCode(error) === "ENOENT" && dirname(target) !== target)
    return new PublishError(
      "OUTPUT_UNWRITABLE",
      `The folder ${dirname(target)} does not exist.`,
      "Create the folder first.",
      { file: target },
      error,
    );
  return toPublishError(error);
}

/** Whether two paths name the same existing file. */
export async function sameFile(a: string, b: string): Promise<boolean> {
  const [first, second] = await Promise.all(
    [a, b].map((path) =>
      access(path).then(
        () => realpath(path),
        () => null,
      ),
    ),
  );
  return first !== null && first === second;
}
