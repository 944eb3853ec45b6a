import { mkdir } from "node:fs/promises";
import { basename, extname, resolve } from "node:path";
import { PublishError } from "../errors/publish-error.ts";
import type { Context } from "../events/events.ts";
import type { InputFile } from "../files/input-file.ts";
import { withWorkDir } from "../files/work-dir.ts";
import { convertFiles } from "./convert-files.ts";
import { copySqlite } from "./copy-sqlite.ts";
import type { ConvertOptions, Database, Dataset } from "./dataset.ts";
import { convertedName, discoverInputs, type Inputs, type SqliteInput } from "./discover.ts";
import { delimiterByExtension } from "./identify.ts";
import { inspectDatabase } from "./inspect.ts";
import { sameFile } from "./write-database.ts";

/**
 * Prepares everything that `inputs` hold, in `workDir`: the CSV files as `data.db`, each SQLite file as a copy.
 * Reads the inputs only; nothing is written in their folders.
 * @throws PublishError what {@link discoverInputs}, {@link convertFiles} and {@link copySqlite} throw.
 */
export async function makeDataset(inputs: readonly InputFile[], workDir: string, options: ConvertOptions, ctx: Context): Promise<Dataset> {
  return await discover(inputs, ctx, async ({ csvs, sqlites, sources }) => {
    await mkdir(workDir, { recursive: true });
    const databases: Database[] = [];
    if (csvs.length > 0) {
      const fileName = `${convertedName}.db`;
      const path = resolve(workDir, fileName);
      const tables = await convertFiles(csvs, path, { ...options, force: true }, ctx);
      databases.push(await inspectDatabase(convertedName, fileName, path, tables, ctx.signal));
    }
    for (const sqlite of sqlites) databases.push(await copySqlite(sqlite, resolve(workDir), ctx));
    return { databases, sources };
  });
}

/**
 * Converts CSV and TSV files to one SQLite file at `outPath` (`publish convert`).
 * @throws PublishError `INPUT_UNSUPPORTED` for SQLite inputs, `OUTPUT_EXISTS` unless `force`, and what {@link convertFiles} throws.
 */
export async function convert(
  paths: readonly string[],
  outPath: string,
  options: ConvertOptions & { readonly force?: boolean },
  ctx: Context,
): Promise<Database> {
  const inputs = paths.map((path) => ({ path, name: path }));
  const tables = await discover(inputs, ctx, async ({ csvs, sqlites: [sqlite] }) => {
    if (sqlite) throw sqliteError(sqlite);
    await refuseInputAsOutput([...paths, ...csvs.map(({ path }) => path)], outPath);
    return convertFiles(csvs, outPath, options, ctx);
  });
  const fileName = basename(outPath);
  return await inspectDatabase(
    fileName.slice(0, fileName.length - extname(fileName).length),
    fileName,
    resolve(outPath),
    tables,
    ctx.signal,
  );
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
  return new PublishError("INPUT_UNSUPPORTED", message, "Leave it out, or publish it as it is.", { file });
}

async function refuseInputAsOutput(inputs: readonly string[], outPath: string): Promise<void> {
  const isInput = (await Promise.all(inputs.map((path) => sameFile(path, outPath)))).includes(true);
  if (!isInput && !(extname(outPath).toLowerCase() in delimiterByExtension)) return;
  const message = `The output ${outPath} is not a name for a database.`;
  throw new PublishError("OPTION_INVALID", message, "End the arguments with the file to write, such as out.db.", { option: "output" });
}
