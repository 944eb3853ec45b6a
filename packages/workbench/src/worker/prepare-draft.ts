import { basename } from "node:path";
import {
  fileMemory,
  isPublishError,
  memoryFile,
  openProject,
  prepare,
  siteName,
  toErrorJson,
  type Context,
  type InputFile,
  type Prepared,
  type Project,
  type PublishError,
  type Warning,
} from "@datasette-publish/core";
import type { Choices, FileFinding } from "../protocol.ts";
import { toConvertOptions, toSiteOptions, withoutColumn } from "../site/choices.ts";
import { toFileError } from "../site/report.ts";
import { collectWarnings, type PrepareOf } from "./messages.ts";

/** Converted data, as it was asked for. */
export interface Converted {
  readonly prepared: Prepared;
  readonly warnings: readonly Warning[];
  /** Choices about columns that are not there, `table.column`. */
  readonly passedOver: readonly string[];
  /** Files that were set aside as they cannot be read. */
  readonly aside: readonly FoundFile[];
}

export interface FoundFile {
  readonly name: string;
  readonly finding: FileFinding;
}

/** No file can be read. */
export interface Unreadable {
  readonly error: PublishError;
  readonly files: readonly FoundFile[];
}

/** What is to be published: the name of a new site is that of its title, else of its first file. */
export function projectOf({ inputs, memoryFolder, name, project, about }: PrepareOf): Project {
  const title = about.title?.trim().replaceAll(/[/\\]/g, " ");
  const given = name ?? (title ? siteName(title) : null);
  const opened = openProject(inputs, {
    memory: fileMemory(memoryFolder, memoryFile, false),
    ...(given !== null && { name: given }),
    ...(project !== null && { id: project }),
  });
  // A name that was made of a title is no consent to replace another site of that name.
  return { ...opened, isNamed: false };
}

/**
 * Converts what can be read. A file that cannot be is named, and so is a choice about a column that is not there: neither stops the others.
 * @throws PublishError what `prepare` throws of the rest
 */
export async function convertDraft(of: PrepareOf, ctx: Context): Promise<Converted | Unreadable> {
  try {
    return { ...(await prepareChosen(of, ctx)), aside: [] };
  } catch (error) {
    if (!isPublishError(error) || !isOfFile(error)) throw error;
    const found = await lookAtEach(of, ctx);
    const bad = found.filter(({ finding }) => finding.state === "error");
    const inputs = of.inputs.filter(({ name }) => !bad.some((file) => file.name === name));
    if (inputs.length === 0 || bad.length === 0) return { error, files: found };
    return { ...(await prepareChosen({ ...of, inputs }, ctx)), aside: bad };
  }
}

const ofFile = new Set(["INPUT_UNREADABLE", "INPUT_UNSUPPORTED", "ARCHIVE_INVALID", "LIMIT_EXCEEDED", "CSV_INVALID", "CSV_ENCODING"]);

function isOfFile({ code }: PublishError): boolean {
  return ofFile.has(code) || code === "SQLITE_INVALID" || code === "INPUT_EMPTY";
}

/** Prepares, and passes over one choice after the other whose column is not there. */
async function prepareChosen(of: PrepareOf, ctx: Context): Promise<Omit<Converted, "aside">> {
  const project = projectOf(of);
  const passedOver: string[] = [];
  for (let choices = of.choices; ;) {
    const warnings: Warning[] = [];
    try {
      const options = { convert: optionsOf(of.inputs, choices), site: toSiteOptions(of.about) };
      const prepared = await prepare(project, options, { ...ctx, report: collectWarnings(warnings, ctx.report) });
      return { prepared, warnings, passedOver };
    } catch (error) {
      const column = isPublishError(error) && error.code === "CONVERT_COLUMN_MISSING" ? String(error.facts["column"]) : "";
      const fewer = withoutColumn(choices, column);
      if (fewer === null) throw error;
      passedOver.push(column);
      choices = fewer;
    }
  }
}

/** What is chosen about a file that is not among them is passed over; of folders and archives it is not known which files they have. */
function optionsOf(inputs: readonly InputFile[], choices: Choices) {
  const isThere = (file: string): boolean =>
    inputs.some(({ path, name }) => file === name || file.startsWith(`${name}/`) || isFolder(path));
  return toConvertOptions(choices, isThere);
}

/** A folder is the only input whose name on disk is not one of ours. */
function isFolder(path: string): boolean {
  return !/^[0-9a-f]{32}$/.test(basename(path));
}

/** Looks at one file after the other, without what is chosen about tables, as that may be of another file's. */
async function lookAtEach(of: PrepareOf, ctx: Context): Promise<FoundFile[]> {
  const found: FoundFile[] = [];
  for (const input of of.inputs) {
    const convert = optionsOf([input], { files: of.choices.files, tables: {} });
    try {
      const prepared = await prepare(openProject([input]), { convert }, { ...ctx, report: () => {} });
      await prepared.close();
      found.push({ name: input.name, finding: { state: "arrived" } });
    } catch (error) {
      ctx.signal?.throwIfAborted();
      found.push({ name: input.name, finding: { state: "error", error: toFileError(error) } });
    }
  }
  return found;
}

/** An outcome as a process tells it. */
export function toPlain({ error, files }: Unreadable) {
  return { error: toErrorJson(error), files };
}
