import { constants } from "node:fs";
import { chmod, copyFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { toPublishError } from "../../errors/publish-error.ts";
import { step, type Context } from "../../events/events.ts";
import { warn } from "../../events/warnings.ts";
import { diskFull, isDiskFull } from "../../files/disk-full.ts";
import { systemCode } from "../../files/failures.ts";
import { changedError, inputError, stateOf, type InputFile } from "../../files/input-file.ts";
import type { Database, PrivateData } from "../dataset.ts";
import { tellPrivateData } from "../findings/private/finding.ts";
import type { SqliteInput } from "../formats/name-inputs.ts";
import { inspectDatabase, invalidError } from "./inspect.ts";
import { findPrivateRows } from "./private-rows.ts";
import { findShadows, type Shadow } from "./shadows.ts";

/** A write-ahead log or a hot rollback journal holds part of the data: it goes along. */
const companions = ["-wal", "-journal"];

/**
 * Copies a SQLite file into `workDir` with what its `-wal` holds, and leaves one file in rollback journal mode there.
 * The original is never opened by SQLite, which would write beside it. Rowids stay: no VACUUM.
 * @param looks what is done about private data in its rows
 * @throws PublishError `SQLITE_INVALID`, `INPUT_CHANGED` when something wrote to it meanwhile, `PRIVATE_DATA_FOUND`, `DISK_FULL`.
 */
export async function copySqlite(input: SqliteInput, workDir: string, looks: PrivateData, ctx: Context): Promise<Database> {
  return await step(ctx, `copy:${input.database}`, `Copy ${input.fileName}`, async () => {
    const path = join(workDir, input.fileName);
    try {
      await copyFiles(input, path);
      ctx.signal?.throwIfAborted();
      const shadows = checkpoint(input, path);
      const { database: name, fileName } = input;
      const database = await inspectDatabase({ name, fileName, path }, input, [], ctx.signal);
      warnOfNames(input, database, ctx);
      for (const shadow of shadows) warnOfShadow(input, shadow, ctx);
      if (looks !== "off") tellPrivateData(await findPrivateRows(input, database, ctx), looks, ctx);
      return database;
    } catch (error) {
      await removeWhole(path);
      throw toPublishError(error);
    }
  });
}

/**
 * Copies a SQLite file with what its `-wal` holds to one file in rollback journal mode. The original is never opened by SQLite.
 * @returns its state, as {@link stateOf} gives it
 * @throws PublishError `SQLITE_INVALID`, `INPUT_UNREADABLE`, `INPUT_CHANGED`, `DISK_FULL`
 */
export async function copyWhole(original: InputFile, to: string): Promise<string> {
  const state = await copyFiles(original, to);
  checkpoint(original, to);
  return state;
}

async function copyFiles({ path: from, name }: InputFile, to: string): Promise<string> {
  const before = await stateOf(from);
  for (const suffix of ["", ...companions])
    try {
      await copyFile(from + suffix, to + suffix, constants.COPYFILE_FICLONE);
      await chmod(to + suffix, 0o644);
    } catch (error) {
      if (isDiskFull(error)) throw diskFull(to + suffix, error);
      if (suffix === "" || systemCode(error) !== "ENOENT") throw inputError(name + suffix, error);
    }
  if ((await stateOf(from)) !== before) throw changedError(name);
  return before;
}

/** Moves what the `-wal` holds into the file; what it finds there besides are columns that hide rowids. */
function checkpoint(original: InputFile, path: string): Shadow[] {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(path, { enableDoubleQuotedStringLiterals: true });
    db.prepare("SELECT count(*) FROM sqlite_master").get();
    const mode = db.prepare("PRAGMA journal_mode = delete").get()?.["journal_mode"];
    if (mode !== "delete") throw new Error(`its journal mode stays ${String(mode)}`);
    return findShadows(db);
  } catch (error) {
    if (isDiskFull(error)) throw diskFull(path, error);
    throw invalidError(original, error);
  } finally {
    db?.close();
  }
}

async function removeWhole(path: string): Promise<void> {
  for (const suffix of ["", ...companions, "-shm"]) await rm(path + suffix, { force: true });
}

function warnOfNames(input: SqliteInput, { tables }: Database, ctx: Context): void {
  for (const { name } of tables)
    if (name.includes("]"))
      warn(
        ctx,
        "TABLE_NAME_UNSERVABLE",
        `${input.name}: Datasette 0.65 answers 500 for the table ${name}.`,
        { file: input.name, table: name },
        { action: "replace-file", file: input.name, note: "by renaming the table" },
      );
}

function warnOfShadow({ name: file }: SqliteInput, { table, column }: Shadow, ctx: Context): void {
  const message = `${file}: the column ${column} of the table ${table} hides the rowid, so that rows of it cannot be reached.`;
  warn(ctx, "ROWID_HIDDEN", message, { file, table, column }, { action: "replace-file", file, note: "by renaming the column" });
}
