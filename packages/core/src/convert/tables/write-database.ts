import { randomUUID } from "node:crypto";
import { access, chmod, open, realpath, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { PublishError, toPublishError } from "../../errors/publish-error.ts";
import { setOption } from "../../errors/remedies.ts";
import { diskFull, isDiskFull } from "../../files/disk-full.ts";
import { messageOf, sqliteCode, systemCode } from "../../files/failures.ts";
import { changedError, stateOf } from "../../files/input-file.ts";
import { copyWhole } from "../sqlite/copy-sqlite.ts";

/** SQLite's result codes for a file that it cannot write: READONLY, IOERR, CANTOPEN. */
const unwritableCodes = new Set([8, 10, 14]);

/** What the system says of a file that may not be written. */
const refusals = new Set(["EACCES", "EPERM", "EROFS"]);

/** A file to write. `name` is what an error calls it: its path as it was given. */
export interface OutputFile {
  readonly path: string;
  readonly name: string;
}

/** What becomes of a file that has the name of the output: an error, a new file in its place, or a database to go on with. */
export type WhenThere = "refuse" | "replace" | "keep";

/**
 * Writes a SQLite file whole or not at all: `fill` gets a database in the folder of `out`, which is renamed to
 * `out` once it is complete and removed otherwise. Rollback journal mode; no journal is left beside it.
 * With `keep` it starts as a copy of the database that is there.
 * @throws PublishError `OUTPUT_EXISTS` for `refuse`, `SQLITE_INVALID` and `INPUT_CHANGED` for `keep`, `OUTPUT_UNWRITABLE`, `DISK_FULL`.
 */
export async function writeDatabase<T>(out: OutputFile, whenThere: WhenThere, fill: (db: DatabaseSync) => Promise<T>): Promise<T> {
  const target = resolve(out.path);
  const isThere = await checkOutput(out, whenThere);
  const work = join(dirname(target), `.${basename(target)}.${randomUUID()}.tmp`);
  try {
    const kept = isThere && whenThere === "keep" ? await copyKept({ path: target, name: out.name }, work) : undefined;
    if (kept === undefined) await (await open(work, "wx")).close();
    const result = await fillFile(work, fill);
    await checkOutput(out, whenThere);
    if (kept !== undefined && (await stateOf(target)) !== kept) throw changedError(out.name);
    for (const suffix of ["-wal", "-shm", "-journal"]) await rm(target + suffix, { force: true });
    await rename(work, target);
    return result;
  } catch (error) {
    throw outputError(out, error);
  } finally {
    for (const suffix of ["", "-wal", "-shm", "-journal"]) await rm(work + suffix, { force: true });
  }
}

/** Copies the database that is there, with its permissions, and gives its state. */
async function copyKept(there: OutputFile, work: string): Promise<string> {
  const { mode } = await stat(there.path);
  const state = await copyWhole(there, work);
  await chmod(work, mode);
  return state;
}

async function fillFile<T>(work: string, fill: (db: DatabaseSync) => Promise<T>): Promise<T> {
  // A table that others refer to can be replaced; what refers to a lookup table is made with it.
  const db = new DatabaseSync(work, { enableForeignKeyConstraints: false });
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

/**
 * Whether the output is there. A folder and a device are refused, and a file where that is asked for.
 * @throws PublishError `OUTPUT_EXISTS`, `OUTPUT_UNWRITABLE`
 */
export async function checkOutput({ path, name: file }: OutputFile, whenThere: WhenThere): Promise<boolean> {
  const stats = await stat(path).catch(() => null);
  if (stats === null) return false;
  if (!stats.isFile()) throw unwritable(file, `${file} is a folder or a device.`, "Give the path of a file to write.");
  if (whenThere !== "refuse") return true;
  const remedies = [
    setOption("force", true, "to replace it"),
    setOption("replaceTables", true, "to keep its other tables"),
    "Choose another path.",
  ];
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
