import { mkdir } from "node:fs/promises";
import { basename, extname, resolve } from "node:path";
import { PublishError } from "../errors/publish-error.ts";
import type { Context } from "../events/events.ts";
import { convertFiles } from "./convert-files.ts";
import { copySqlite } from "./copy-sqlite.ts";
import type { ConvertOptions, Database, Dataset } from "./dataset.ts";
import { convertedName, discoverInputs, type Inputs } from "./discover.ts";
import { delimiterByExtension } from "./identify.ts";
import { inspectDatabase } from "./inspect.ts";
import { sameFile } from "./write-database.ts";

/**
 * Prepares everything that `paths` hold, in `workDir`: the CSV files as `data.db`, each SQLite file as a copy.
 * Reads the inputs only; nothing is written in their folders.
 * @throws PublishError what {@link discoverInputs}, {@link convertFiles} and {@link copySqlite} throw.
 */
export async function makeDataset(paths: readonly string[], workDir: string, options: ConvertOptions, ctx: Context): Promise<Dataset> {
  const inputs = await discover(paths, ctx);
  await mkdir(workDir, { recursive: true });
  const databases: Database[] = [];
  if (inputs.csvs.length > 0) {
    const fileName = `${convertedName}.db`;
    const path = resolve(workDir, fileName);
    const tables = await convertFiles(inputs.csvs, path, { ...options, force: true }, ctx);
    databases.push(await inspectDatabase(convertedName, fileName, path, tables, ctx.signal));
  }
  for (const sqlite of inputs.sqlites) databases.push(await copySqlite(sqlite, resolve(workDir), ctx));
  return { databases };
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
  const inputs = await discover(paths, ctx);
  const [sqlite] = inputs.sqlites;
  if (sqlite)
    throw new PublishError(
      "INPUT_UNSUPPORTED",
      `${sqlite.path} is SQLite already: convert takes CSV and TSV.`,
      "Leave it out, or publish it as it is.",
      {
        file: sqlite.path,
        kind: "sqlite",
      },
    );
  await refuseInputAsOutput(inputs, outPath);
  const tables = await convertFiles(inputs.csvs, outPath, options, ctx);
  const fileName = basename(outPath);
  return await inspectDatabase(
    fileName.slice(0, fileName.length - extname(fileName).length),
    fileName,
    resolve(outPath),
    tables,
    ctx.signal,
  );
}

async function discover(paths: readonly string[], ctx: Context): Promise<Inputs> {
  const inputs = await discoverInputs(paths);
  for (const notice of inputs.notices) ctx.report({ type: "warned", ...notice });
  return inputs;
}

async function refuseInputAsOutput({ csvs }: Inputs, outPath: string): Promise<void> {
  const clash =
    extname(outPath).toLowerCase() in delimiterByExtension ||
    (await Promise.all(csvs.map(({ path }) => sameFile(path, outPath)))).includes(true);
  if (clash)
    throw new PublishError(
      "OPTION_INVALID",
      `The output ${outPath} is not a name for a database.`,
      "End the arguments with the file to write, such as out.db.",
      {
        option: "output",
      },
    );
}
