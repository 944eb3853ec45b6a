import { randomUUID } from "node:crypto";
import { access, open, realpath, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { PublishError, toPublishError } from "../../errors/publish-error.ts";
import { setOption } from "../../errors/remedies.ts";
import { diskFull, isDiskFull } from "../../files/disk-full.ts";
import { messageOf, sqliteCode, systemCode } from "../../files/failures.ts";

/** SQLite's result codes for a file that it cannot write: READONLY, IOERR, CANTOPEN. */
const unwritableCodes = new Set([8, 10, 14]);

/** What the system says of a file that may not be written. */
const refusals = new Set(["EACCES", "EPERM", "EROFS"]);

/** A file to write. `name` is what an error calls it: its path as it was given. */
export interface OutputFile {
  readonly path: string;
  readonly name: string;
}

/**
 * Writes a SQLite file whole or not at all: `fill` gets a database in the folder of `out`, which is renamed to
 * `out` once it is complete and removed otherwise. Rollback journal mode; no journal is left beside it.
 * @throws PublishError `OUTPUT_EXISTS` unless `force`, `OUTPUT_UNWRITABLE`, `DISK_FULL`.
 */
export async function writeDatabase<T>(out: OutputFile, force: boolean, fill: (db: DatabaseSync) => Promise<T>): Promise<T> {
  const target = resolve(out.path);
  await checkOutput(out, force);
  const work = join(dirname(target), `.${basename(target)}.${randomUUID()}.tmp`);
  try {
    await (await open(work, "wx")).close();
    const result = await fillFile(work, fill);
    await checkOutput(out, force);
    for (const suffix of ["-wal", "-shm", "-journal"]) await rm(target + suffix, { force: true });
    await rename(work, target);
    return result;
  } catch (error) {
    throw outputError(out, error);
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

/** Refuses a folder or a device, and a file that exists unless `force`. @throws PublishError `OUTPUT_EXISTS`, `OUTPUT_UNWRITABLE` */
export async function checkOutput({ path, name: file }: OutputFile, force: boolean): Promise<void> {
  const stats = await stat(path).catch(() => null);
  if (stats === null) return;
  if (!stats.isFile()) throw unwritable(file, `${file} is a folder or a device.`, "Give the path of a file to write.");
  if (force) return;
  const remedies = [setOption("force", true, "to replace it"), "Choose another path."];
  throw new PublishError("OUTPUT_EXISTS", `${file} exists.`, remedies, { file });
}

function outputError({ path, name }: OutputFile, error: unknown): PublishError {
  const code = systemCode(error);
  if (isDiskFull(error)) return diskFull(path, error, name);
  if (unwritableCodes.has(sqliteCode(error)))
    return unwritable(name, `${name} cannot be written: ${messageOf(error)}.`, "Choose a path you may write to.", error);
  if (refusals.has(code)) return unwritable(name, `${name} cannot be written (${code}).`, "Choose a path you may write to.", error);
  if (code === "ENOENT" && dirname(path) !== path)
    return unwritable(name, `The folder ${dirname(name)} does not exist.`, "Create the folder first.", error);
  return toPublishError(error);
}

function unwritable(file: string, message: string, advice: string, cause?: unknown): PublishError {
  return new PublishError("OUTPUT_UNWRITABLE", message, advice, { file }, cause);
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
