import { stat } from "node:fs/promises";
import type { DatabaseSync } from "node:sqlite";
import { isPublishError } from "../errors/publish-error.ts";
import { step, type Context, type StepHandle } from "../events/events.ts";
import { warn, type Warning } from "../events/warnings.ts";
import type { ConvertOptions, Table, UnreadableFile } from "./dataset.ts";
import { tellPrivateData } from "./findings/private/finding.ts";
import type { CsvInput } from "./formats/name-inputs.ts";
import { openFile } from "./open-file.ts";
import type { PassOver } from "./pass.ts";
import { profileTable, type Told } from "./profile.ts";
import { SkippedFiles } from "./records/skipped.ts";
import type { ResolvedSettings } from "./settings/resolve-settings.ts";
import { layOutTable } from "./table-layout.ts";
import type { OpenedFile, TableProfile } from "./table-profile.ts";
import { loadTables } from "./tables/load.ts";
import { columnSettings, namedColumns } from "./tables/named-columns.ts";
import { planTables, type DatabasePlan } from "./tables/table-plan.ts";
import { verifyTables } from "./tables/verify.ts";
import { writeDatabase, type OutputFile, type WhenThere } from "./tables/write-database.ts";
import { readOr, unreadableError } from "./unreadable.ts";

/** What a conversion makes, and of what. */
export interface Conversion {
  readonly csvs: readonly CsvInput[];
  readonly out: OutputFile;
  readonly whenThere: WhenThere;
  readonly options: ConvertOptions;
  /** What options and files of settings say. */
  readonly settings: ResolvedSettings;
  /** Convert the files that can be read; else one that cannot stops the run before anything is written. */
  readonly isPartial: boolean;
  /** Has the files that cannot be read and were found before; gets the others. */
  readonly unreadable: UnreadableFile[];
}

/**
 * Converts CSV files to the tables of one SQLite file, in bounded memory and in two passes per file: one checks the records and finds
 * the types, one inserts. Same input and options, same bytes (for one SQLite version).
 * Progress counts the bytes of the files; the output appears whole or not at all, and not without a file that can be read.
 * @throws PublishError {@link unreadableError} unless partial, `INPUT_CHANGED`, `CONVERT_*`, `SETTINGS_INVALID`, `OPTION_INVALID`,
 *   `PRIVATE_DATA_FOUND`, `OUTPUT_EXISTS`, `OUTPUT_UNWRITABLE`, `DISK_FULL`.
 */
export async function convertFiles(conversion: Conversion, ctx: Context): Promise<Table[]> {
  const { csvs, options, unreadable, isPartial } = conversion;
  return await step(ctx, "convert", `Convert ${csvs.length} file${csvs.length === 1 ? "" : "s"}`, async (handle) => {
    const passOver = await progressOf(csvs, options.verify ? 3 : 2, handle, ctx.signal);
    const opened = await openAll(conversion, ctx);
    nameColumns(conversion, opened, ctx);
    const profiles = await profileAll(conversion, opened, passOver, ctx);
    if (unreadable.length > 0 && !isPartial) throw unreadableError(unreadable);
    return profiles.length === 0 ? [] : await writeTables(conversion, profiles, passOver, ctx);
  });
}

/** The files of each table that can be opened. */
type OpenedTables = readonly (readonly OpenedFile[])[];

async function openAll({ csvs, unreadable }: Conversion, ctx: Context): Promise<OpenedTables> {
  const opened: OpenedFile[] = [];
  for (const csv of csvs) {
    const notices: Warning[] = [];
    const file = await readOr(unreadable, csv.name, () => openFile(csv, notices, ctx.signal));
    if (file === undefined) continue;
    opened.push(file);
    reportAll(notices, ctx);
  }
  return [...Map.groupBy(opened, ({ input }) => input.table).values()];
}

/** Makes the columns of all tables known. A column that no table has may be in a file that cannot be read: then that file is the error. */
function nameColumns({ options, settings, unreadable }: Conversion, opened: OpenedTables, ctx: Context): void {
  try {
    for (const files of opened) {
      const { table, header, columns, notices } = layOutTable(files);
      reportAll(notices, ctx);
      const named = namedColumns(table, header, columns, options);
      settings.addTable(table, named.header, named.columns);
    }
    settings.requireColumns();
  } catch (error) {
    const isMissing = isPublishError(error) && (error.code === "CONVERT_COLUMN_MISSING" || error.code === "SETTINGS_INVALID");
    throw isMissing && unreadable.length > 0 ? unreadableError(unreadable) : error;
  }
}

/** Reads every file, so that all which cannot be converted are known at once. */
async function profileAll(conversion: Conversion, opened: OpenedTables, passOver: PassOver, ctx: Context): Promise<TableProfile[]> {
  const profiles: TableProfile[] = [];
  const told: Told = { notices: [], privateData: [] };
  for (const files of opened) {
    const profile = await profileReadable(files, conversion, told, passOver);
    if (profile !== undefined) profiles.push(profile);
    reportAll(told.notices.splice(0), ctx);
  }
  tellPrivateData(told.privateData, conversion.options.private, ctx);
  return profiles;
}

/** What the files of one table hold; without one that cannot be read, as if it had not been given. */
async function profileReadable(
  files: readonly OpenedFile[],
  conversion: Conversion,
  told: Told,
  passOver: PassOver,
): Promise<TableProfile | undefined> {
  if (files.length === 0) return undefined;
  const { options, settings, unreadable } = conversion;
  const layout = layOutTable(files);
  const said = columnSettings(layout.table, layout.columns, settings.tableSettings(layout.table), options);
  const found: Told = { notices: [], privateData: [] };
  let current = files[0]!.input;
  const start: PassOver = (csv) => passOver((current = csv));
  const profile = await readOr(
    unreadable,
    () => current.name,
    () => profileTable(layout, said, options, found, start),
  );
  if (profile === undefined)
    return profileReadable(
      files.filter(({ input }) => input !== current),
      conversion,
      told,
      passOver,
    );
  told.notices.push(...found.notices);
  told.privateData.push(...found.privateData);
  return profile;
}

async function writeTables(conversion: Conversion, profiles: readonly TableProfile[], passOver: PassOver, ctx: Context): Promise<Table[]> {
  const { out, whenThere, options, settings } = conversion;
  await using skipped = options.skippedDir === undefined ? undefined : new SkippedFiles(options.skippedDir);
  const tables = await writeDatabase(out, whenThere, async (db) => {
    const plan = planAll(conversion, profiles, db, ctx);
    const loaded = await loadTables(db, plan, (csv) => ({ ...passOver(csv), ...(skipped && { skipped: skipped.of(csv) }) }));
    if (options.verify) await verifyTables(db, plan, passOver);
    return loaded;
  });
  for (const { file, path, records } of (await skipped?.finish()) ?? [])
    warn(ctx, "SKIPPED_KEPT", `${file}: what was left out is in ${path}.`, { file, path, records });
  return tables.map((table, index) => ({ ...table, ...textsOf(profiles[index]!, settings) }));
}

function planAll({ options, settings }: Conversion, profiles: readonly TableProfile[], db: DatabaseSync, ctx: Context): DatabasePlan {
  const notices: Warning[] = [];
  try {
    return planTables(profiles, (table) => settings.tableSettings(table), options, notices, db);
  } finally {
    reportAll(notices, ctx);
  }
}

/** What is said of a table; its description is else what stands above its header. */
function textsOf({ table, files }: TableProfile, settings: ResolvedSettings): Pick<Table, "title" | "description"> {
  const { title, description = files.find(({ reading }) => reading.title !== null)?.reading.title } = settings.tableSettings(table);
  return { ...(title !== undefined && { title }), ...(description !== undefined && description !== null && { description }) };
}

function reportAll(notices: readonly Warning[], { report }: Context): void {
  for (const notice of notices) report({ type: "warned", ...notice });
}

/** Makes the function that starts a pass over one file; progress is reported about every hundredth of the whole. */
async function progressOf(csvs: readonly CsvInput[], passes: number, handle: StepHandle, signal?: AbortSignal): Promise<PassOver> {
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
