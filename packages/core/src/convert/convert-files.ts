import { stat } from "node:fs/promises";
import { isPublishError, type PublishError } from "../errors/publish-error.ts";
import { step, type Context, type StepHandle } from "../events/events.ts";
import { warn, type Warning } from "../events/warnings.ts";
import { inputError } from "../files/input-file.ts";
import type { ConvertOptions, Table } from "./dataset.ts";
import type { CsvInput } from "./discover.ts";
import { loadTable } from "./load.ts";
import { profileCsv, type PassOptions, type Profile } from "./profile.ts";
import { planTables } from "./table-plan.ts";
import { writeDatabase } from "./write-database.ts";

const passes = 2;

/**
 * Converts CSV files to the tables of one new SQLite file at `outPath`, in bounded memory and in two passes per file:
 * one checks the records and finds the types, one inserts. Same input and options, same bytes (for one SQLite version).
 * Progress counts the bytes of the files; the output appears whole or not at all.
 * @throws PublishError `CSV_INVALID`, `CSV_ENCODING`, `INPUT_CHANGED`, `CONVERT_*`, `OUTPUT_EXISTS`, `OUTPUT_UNWRITABLE`, `DISK_FULL`.
 */
export async function convertFiles(
  csvs: readonly CsvInput[],
  outPath: string,
  options: ConvertOptions & { readonly force?: boolean },
  ctx: Context,
): Promise<Table[]> {
  return await step(ctx, "convert", `Convert ${csvs.length} file${csvs.length === 1 ? "" : "s"}`, async (handle) => {
    const pass = await progressOf(csvs, handle, ctx.signal);
    return await writeDatabase(outPath, options.force ?? false, async (db) => {
      const notices: Warning[] = [];
      const profiles = await profileAll(csvs, ctx, (csv) => profileCsv(csv, options, notices, pass(csv)));
      for (const notice of notices.splice(0)) ctx.report({ type: "warned", ...notice });
      const plans = planTables(profiles, options, notices);
      for (const notice of notices) ctx.report({ type: "warned", ...notice });
      const tables: Table[] = [];
      for (const plan of plans) tables.push(await loadTable(db, plan, options, pass(plan.profile.input)));
      return tables;
    });
  });
}

/** Reads every file, so that all which cannot be converted are named at once: the first by the error, the others by warnings. */
async function profileAll(csvs: readonly CsvInput[], ctx: Context, profile: (csv: CsvInput) => Promise<Profile>): Promise<Profile[]> {
  const profiles: Profile[] = [];
  const broken: PublishError[] = [];
  for (const csv of csvs)
    try {
      profiles.push(await profile(csv));
    } catch (error) {
      if (!isPublishError(error) || !error.code.startsWith("CSV_")) throw error;
      broken.push(error);
    }
  const [first, ...others] = broken;
  if (first === undefined) return profiles;
  for (const { message, facts, remedies } of others) warn(ctx, "INPUT_UNREADABLE", message, facts, remedies);
  throw first;
}

/** Makes the function that starts a pass over one file; progress is reported about every hundredth of the whole. */
async function progressOf(csvs: readonly CsvInput[], handle: StepHandle, signal?: AbortSignal): Promise<(csv: CsvInput) => PassOptions> {
  const sizes = new Map<CsvInput, number>();
  for (const csv of csvs) {
    const stats = await stat(csv.path).catch((error: unknown) => {
      throw inputError(csv.name, error);
    });
    sizes.set(csv, stats.size);
  }
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
