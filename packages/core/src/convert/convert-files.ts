import { stat } from "node:fs/promises";
import { isPublishError } from "../errors/publish-error.ts";
import { step, type Context, type StepHandle } from "../events/events.ts";
import type { Warning } from "../events/warnings.ts";
import type { ConvertOptions, Table, UnreadableFile } from "./dataset.ts";
import type { CsvInput } from "./formats/name-inputs.ts";
import { loadTable } from "./tables/load.ts";
import { profileTable, type PassOptions } from "./profile.ts";
import type { TableProfile } from "./table-profile.ts";
import { planTables, type TablePlan } from "./tables/table-plan.ts";
import { readOr, unreadableError } from "./unreadable.ts";
import { writeDatabase, type OutputFile } from "./tables/write-database.ts";

const passes = 2;

export interface ConvertFilesOptions extends ConvertOptions {
  /** Replace the output when it exists. */
  readonly force?: boolean;
  /** Convert the files that can be read; else one that cannot stops the run before anything is written. */
  readonly partial?: boolean;
}

/**
 * Converts CSV files to the tables of one new SQLite file, in bounded memory and in two passes per file:
 * one checks the records and finds the types, one inserts. Same input and options, same bytes (for one SQLite version).
 * Progress counts the bytes of the files; the output appears whole or not at all, and not without a file that can be read.
 * Adds the files that cannot be read to `unreadable`, which has those that were found before.
 * @throws PublishError {@link unreadableError} unless `partial`, `INPUT_CHANGED`, `CONVERT_*`, `OPTION_INVALID`, `OUTPUT_EXISTS`,
 *   `OUTPUT_UNWRITABLE`, `DISK_FULL`.
 */
export async function convertFiles(
  csvs: readonly CsvInput[],
  out: OutputFile,
  options: ConvertFilesOptions,
  unreadable: UnreadableFile[],
  ctx: Context,
): Promise<Table[]> {
  return await step(ctx, "convert", `Convert ${csvs.length} file${csvs.length === 1 ? "" : "s"}`, async (handle) => {
    const passOver = await progressOf(csvs, handle, ctx.signal);
    const profiles = await profileAll(csvs, options, unreadable, passOver, ctx);
    if (unreadable.length > 0 && !options.partial) throw unreadableError(unreadable);
    if (profiles.length === 0) return [];
    const plans = planAll(profiles, options, unreadable, ctx);
    return await writeDatabase(out, options.force ?? false, async (db) => {
      const tables: Table[] = [];
      for (const plan of plans) tables.push(await loadTable(db, plan, options, passOver));
      return tables;
    });
  });
}

/** Reads every file, so that all which cannot be converted are known at once. */
async function profileAll(
  csvs: readonly CsvInput[],
  options: ConvertOptions,
  unreadable: UnreadableFile[],
  passOver: (csv: CsvInput) => PassOptions,
  ctx: Context,
): Promise<TableProfile[]> {
  const profiles: TableProfile[] = [];
  for (const files of Map.groupBy(csvs, ({ table }) => table).values()) {
    const profile = await profileReadable(files, options, unreadable, passOver, ctx);
    if (profile !== undefined) profiles.push(profile);
  }
  return profiles;
}

/** What the files of one table hold; without one that cannot be read, as if it had not been given. */
async function profileReadable(
  files: readonly CsvInput[],
  options: ConvertOptions,
  unreadable: UnreadableFile[],
  passOver: (csv: CsvInput) => PassOptions,
  ctx: Context,
): Promise<TableProfile | undefined> {
  if (files.length === 0) return undefined;
  const notices: Warning[] = [];
  let current = files[0]!;
  const start = (csv: CsvInput): PassOptions => passOver((current = csv));
  const profile = await readOr(
    unreadable,
    () => current.name,
    () => profileTable(files, options, notices, start),
  );
  if (profile === undefined)
    return profileReadable(
      files.filter((file) => file !== current),
      options,
      unreadable,
      passOver,
      ctx,
    );
  reportAll(notices, ctx);
  return profile;
}

/** A column that no table has may be in a file that cannot be read: then that file is the error. */
function planAll(
  profiles: readonly TableProfile[],
  options: ConvertOptions,
  unreadable: readonly UnreadableFile[],
  ctx: Context,
): TablePlan[] {
  const notices: Warning[] = [];
  try {
    return planTables(profiles, options, notices);
  } catch (error) {
    const isMissing = isPublishError(error) && error.code === "CONVERT_COLUMN_MISSING";
    throw isMissing && unreadable.length > 0 ? unreadableError(unreadable) : error;
  } finally {
    reportAll(notices, ctx);
  }
}

function reportAll(notices: readonly Warning[], { report }: Context): void {
  for (const notice of notices) report({ type: "warned", ...notice });
}

/** Makes the function that starts a pass over one file; progress is reported about every hundredth of the whole. */
async function progressOf(csvs: readonly CsvInput[], handle: StepHandle, signal?: AbortSignal): Promise<(csv: CsvInput) => PassOptions> {
  const sizes = new Map<CsvInput, number>();
  for (const csv of csvs) sizes.set(csv, (await stat(csv.path).catch(() => ({ size: 0 }))).size);
  const total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  let finished = 0;
  let reported = 0;
  return (csv) => {
    const start = finished;
    finished += sizes.get(csv)!;
    const onBytes = (bytes: number): void => {
      const done = Math.min(total, Math.floor((start + bytes) / passes));
      if (done - reported < total / 100 && done !== total) return;
      if (done === reported) return;
      reported = done;
      handle.progress(done, total, "bytes");
    };
    return { signal, onBytes };
  };
}
