import { mkdir } from "node:fs/promises";
import { parse, resolve } from "node:path";
import { PublishError } from "../errors/publish-error.ts";
import type { Context } from "../events/events.ts";
import type { InputFile } from "../files/input-file.ts";
import { withWorkDir } from "../files/work-dir.ts";
import { convertFiles } from "./convert-files.ts";
import { copySqlite } from "./sqlite/copy-sqlite.ts";
import type { ConvertOptions, Database, Dataset } from "./dataset.ts";
import { discoverInputs, type Inputs } from "./formats/discover.ts";
import { isDelimitedName } from "./formats/formats.ts";
import { inspectDatabase } from "./sqlite/inspect.ts";
import { convertedName, type SqliteInput } from "./formats/name-inputs.ts";
import { readSettings } from "./settings/find-settings.ts";
import { resolveSettings, type ResolvedSettings } from "./settings/resolve-settings.ts";
import { leaveOutUnreadable, readOr, unreadableError } from "./unreadable.ts";
import { checkOutput, sameFile } from "./tables/write-database.ts";

/**
 * Prepares everything that `inputs` hold, in `workDir`: the CSV files as `data.db`, each SQLite file as a copy. What cannot be
 * read is left out and named. Reads the inputs only; nothing is written in their folders.
 * @throws PublishError {@link unreadableError} when nothing can be read, and what {@link discoverInputs}, {@link convertFiles} and
 *   {@link copySqlite} throw.
 */
export async function makeDataset(inputs: readonly InputFile[], workDir: string, options: ConvertOptions, ctx: Context): Promise<Dataset> {
  return await discover(inputs, options, ctx, async ({ csvs, sqlites, sources, leftOut, unreadable: notFound }, settings) => {
    await mkdir(workDir, { recursive: true });
    const unreadable = [...notFound];
    const databases: Database[] = [];
    if (csvs.length > 0) {
      const fileName = `${convertedName}.db`;
      const out = { path: resolve(workDir, fileName), name: fileName };
      const tables = await convertFiles({ csvs, out, whenThere: "replace", options, settings, isPartial: true, unreadable }, ctx);
      if (tables.length > 0)
        databases.push(await inspectDatabase({ name: convertedName, fileName, path: out.path }, out, tables, ctx.signal));
    } else if (notFound.length === 0) settings.requireColumns();
    for (const sqlite of sqlites) {
      const database = await readOr(unreadable, sqlite.name, () => copySqlite(sqlite, resolve(workDir), options.private ?? "warn", ctx));
      if (database !== undefined) databases.push(database);
    }
    if (databases.length === 0) throw unreadableError(unreadable);
    const skipped = options.skipFiles ? leaveOutUnreadable(unreadable, ctx) : [];
    return { databases, sources, unreadable, leftOut: [...leftOut, ...skipped] };
  });
}

/**
 * Converts CSV and TSV files to one SQLite file at `outPath` (`publish convert`). Records that are left out go to `<outPath>.skipped`.
 * @throws PublishError {@link unreadableError} when a file cannot be read, `INPUT_UNSUPPORTED` for SQLite inputs, `OUTPUT_EXISTS` unless
 *   `force`, and what {@link convertFiles} throws.
 */
export async function convert(
  paths: readonly string[],
  outPath: string,
  options: ConvertOptions & { readonly force?: boolean },
  ctx: Context,
): Promise<Database> {
  const out = { path: resolve(outPath), name: outPath };
  const inputs = paths.map((path) => ({ path, name: path }));
  const tables = await discover(inputs, options, ctx, async ({ csvs, sqlites: [sqlite], unreadable: notFound }, settings) => {
    if (sqlite) throw sqliteError(sqlite);
    await refuseInputAsOutput([...paths, ...csvs.map(({ path }) => path)], outPath);
    const whenThere = options.replaceTables ? "keep" : options.force ? "replace" : "refuse";
    await checkOutput(out, whenThere);
    const unreadable = [...notFound];
    const kept = { skippedDir: `${outPath}.skipped`, ...options };
    const conversion = { csvs, out, whenThere, options: kept, settings, isPartial: options.skipFiles ?? false, unreadable } as const;
    const converted = await convertFiles(conversion, ctx);
    if (converted.length === 0) throw unreadableError(unreadable);
    leaveOutUnreadable(unreadable, ctx);
    return converted;
  });
  const { base: fileName, name } = parse(out.path);
  return await inspectDatabase({ name, fileName, path: out.path }, out, tables, ctx.signal);
}

/** What inputs hold, and what is said of it: by options, and by the files of settings, which count as sources. */
async function discover<T>(
  inputs: readonly InputFile[],
  options: ConvertOptions,
  ctx: Context,
  work: (found: Inputs, settings: ResolvedSettings) => Promise<T>,
): Promise<T> {
  const files = await readSettings(inputs, options.settings);
  const settings = resolveSettings(options, files);
  return await withWorkDir(async (dir) => {
    const found = await discoverInputs(inputs, dir, { ...options, ...settings }, ctx);
    settings.requireFiles();
    for (const notice of found.notices) ctx.report({ type: "warned", ...notice });
    return work({ ...found, sources: [...found.sources, ...files] }, settings);
  });
}

function sqliteError({ name: file }: SqliteInput): PublishError {
  const message = `${file} is SQLite already: convert takes CSV and TSV.`;
  return new PublishError("INPUT_UNSUPPORTED", message, { action: "leave-out", file, note: "and publish it as it is" }, { file });
}

async function refuseInputAsOutput(inputs: readonly string[], outPath: string): Promise<void> {
  const isInput = (await Promise.all(inputs.map((path) => sameFile(path, outPath)))).includes(true);
  if (!isInput && !isDelimitedName(outPath)) return;
  const message = `The output ${outPath} is not a name for a database.`;
  throw new PublishError("OPTION_INVALID", message, "Give the file to write as well, such as out.db.", { option: "output" });
}
