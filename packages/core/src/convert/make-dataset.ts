import { mkdir } from "node:fs/promises";
import { extname, parse, resolve } from "node:path";
import { PublishError } from "../errors/publish-error.ts";
import type { Context } from "../events/events.ts";
import type { InputFile } from "../files/input-file.ts";
import { withWorkDir } from "../files/work-dir.ts";
import { convertFiles } from "./convert-files.ts";
import { copySqlite } from "./sqlite/copy-sqlite.ts";
import type { ConvertOptions, Database, Dataset } from "./dataset.ts";
import { discoverInputs, type Inputs } from "./formats/discover.ts";
import { delimiterByExtension } from "./formats/identify.ts";
import { inspectDatabase } from "./sqlite/inspect.ts";
import { convertedName, type SqliteInput } from "./formats/name-inputs.ts";
import { leaveOutUnreadable, readOr, unreadableError } from "./unreadable.ts";
import { checkOutput, sameFile } from "./tables/write-database.ts";

/**
 * Prepares everything that `inputs` hold, in `workDir`: the CSV files as `data.db`, each SQLite file as a copy. What cannot be
 * read is left out and named. Reads the inputs only; nothing is written in their folders.
 * @throws PublishError {@link unreadableError} when nothing can be read, and what {@link discoverInputs}, {@link convertFiles} and
 *   {@link copySqlite} throw.
 */
export async function makeDataset(inputs: readonly InputFile[], workDir: string, options: ConvertOptions, ctx: Context): Promise<Dataset> {
  return await discover(inputs, ctx, async ({ csvs, sqlites, sources, leftOut, unreadable: notFound }) => {
    await mkdir(workDir, { recursive: true });
    const unreadable = [...notFound];
    const databases: Database[] = [];
    if (csvs.length > 0) {
      const fileName = `${convertedName}.db`;
      const out = { path: resolve(workDir, fileName), name: fileName };
      const tables = await convertFiles(csvs, out, { ...options, force: true, partial: true }, unreadable, ctx);
      if (tables.length > 0)
        databases.push(await inspectDatabase({ name: convertedName, fileName, path: out.path }, out, tables, ctx.signal));
    }
    for (const sqlite of sqlites) {
      const database = await readOr(unreadable, sqlite.name, () => copySqlite(sqlite, resolve(workDir), ctx));
      if (database !== undefined) databases.push(database);
    }
    if (databases.length === 0) throw unreadableError(unreadable);
    const skipped = options.skipFiles ? leaveOutUnreadable(unreadable, ctx) : [];
    return { databases, sources, unreadable, leftOut: [...leftOut, ...skipped] };
  });
}

/**
 * Converts CSV and TSV files to one SQLite file at `outPath` (`publish convert`).
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
  const tables = await discover(inputs, ctx, async ({ csvs, sqlites: [sqlite], unreadable }) => {
    if (sqlite) throw sqliteError(sqlite);
    await refuseInputAsOutput([...paths, ...csvs.map(({ path }) => path)], outPath);
    await checkOutput(out, options.force ?? false);
    const all = [...unreadable];
    const converted = await convertFiles(csvs, out, { ...options, partial: options.skipFiles ?? false }, all, ctx);
    if (converted.length === 0) throw unreadableError(all);
    leaveOutUnreadable(all, ctx);
    return converted;
  });
  const { base: fileName, name } = parse(out.path);
  return await inspectDatabase({ name, fileName, path: out.path }, out, tables, ctx.signal);
}

async function discover<T>(inputs: readonly InputFile[], ctx: Context, work: (found: Inputs) => Promise<T>): Promise<T> {
  return await withWorkDir(async (dir) => {
    const found = await discoverInputs(inputs, dir, ctx);
    for (const notice of found.notices) ctx.report({ type: "warned", ...notice });
    return work(found);
  });
}

function sqliteError({ name: file }: SqliteInput): PublishError {
  const message = `${file} is SQLite already: convert takes CSV and TSV.`;
  return new PublishError("INPUT_UNSUPPORTED", message, { action: "leave-out", file, note: "and publish it as it is" }, { file });
}

async function refuseInputAsOutput(inputs: readonly string[], outPath: string): Promise<void> {
  const isInput = (await Promise.all(inputs.map((path) => sameFile(path, outPath)))).includes(true);
  if (!isInput && !(extname(outPath).toLowerCase() in delimiterByExtension)) return;
  const message = `The output ${outPath} is not a name for a database.`;
  throw new PublishError("OPTION_INVALID", message, "Give the file to write as well, such as out.db.", { option: "output" });
}
