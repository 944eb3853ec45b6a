import { realpath } from "node:fs/promises";
import { basename } from "node:path";
import type { Context } from "../../events/events.ts";
import { warning, type Warning } from "../../events/warnings.ts";
import { inputError, stateOf, type InputFile, type LeftOut } from "../../files/input-file.ts";
import { isDescription } from "../../files/own-files.ts";
import type { ConvertOptions, Source, UnreadableFile } from "../dataset.ts";
import type { FileSettings } from "../settings/settings.ts";
import { annexPointer, delimitedText, formatOfName, isDelimitedName, otherText, sqliteDatabase, type Format } from "./formats.ts";
import { isAnnexed, unsupported } from "./identify.ts";
import type { Unpacking } from "./limits.ts";
import type { Entry, TextEntry } from "./name-inputs.ts";
import type { Skipped } from "./skipped.ts";

/** What counts when files are found. */
export interface DiscoverOptions extends Pick<ConvertOptions, "maxUnpackedBytes"> {
  /** What is said of a file, by its place in the folder or archive that was given and by the name that messages have for it. */
  fileSettings(label: string, name: string): FileSettings;
  /** Whether something is said of this file, and not only of all. */
  isFileNamed(label: string, name: string): boolean;
}

/** A file that a table or database comes of. */
export interface Found extends TextEntry {
  readonly kind: "csv" | "sqlite";
}

/** What one discovery has come upon. */
export interface Search {
  /** Real paths of folders, archives and files. */
  readonly seen: Set<string>;
  readonly notices: Warning[];
  /** Files that are read, outside of `workDir`. */
  readonly sources: Source[];
  readonly unreadable: UnreadableFile[];
  /** What is left out for a reason of its own. */
  readonly leftOut: LeftOut[];
  /** Files of which no table comes. */
  readonly skipped: Skipped[];
  /** Folder that archives are unpacked in. */
  readonly workDir: string;
  readonly unpacking: Unpacking;
  readonly options: DiscoverOptions;
  readonly ctx: Context;
}

/** Whether a file or folder was not come upon before. */
export async function isNew(path: string, { seen }: Search): Promise<boolean> {
  const real = await realpath(path);
  return !seen.has(real) && seen.add(real) !== undefined;
}

/** What the file system says of an input. @throws PublishError `INPUT_NOT_FOUND`, `INPUT_UNREADABLE` */
export async function ask<T>({ path, name }: InputFile, answer: Promise<T>): Promise<T> {
  return answer.catch(async (error: unknown) => {
    throw (await isAnnexed(path)) ? unsupported(name, annexPointer) : inputError(name, error);
  });
}

export async function addSource({ path, name }: InputFile, { sources }: Search): Promise<void> {
  sources.push({ path, name, state: await stateOf(path) });
}

/** What is said of a file; one that is to be left out is listed. */
export function settingsOf({ label, name }: Entry, { options, leftOut }: Search): FileSettings {
  const settings = options.fileSettings(label, name);
  if (settings.leaveOut) leftOut.push({ file: name, why: "is left out, as was asked" });
  return settings;
}

/** Whether the extension says data; what else a folder holds may be unreadable. */
export function isData({ label }: Pick<Entry, "label">): boolean {
  const format = formatOfName(label);
  return format === delimitedText || format === sqliteDatabase;
}

/** Leaves a file out that is no table; one whose name says that it is cannot be read instead. */
export function refuse(file: Entry, format: Format, search: Search): UnreadableFile[] {
  const { name, label } = file;
  if (isDelimitedName(label)) return [{ file: name, error: unsupported(name, format) }];
  const why = ownReason(label);
  if (why === null) search.skipped.push({ file: name, format: format.read === "text" ? otherText : format });
  else leaveOut(name, why, search);
  return [];
}

/** Why a file is left out, where not its format decides that. */
function ownReason(label: string): string | null {
  if (isDescription(basename(label))) return "would describe a site only at the top of a folder that is given";
  return formatOfName(label) === sqliteDatabase ? "is not a SQLite database" : null;
}

export function leaveOut(name: string, why: string, { leftOut, notices }: Search): void {
  leftOut.push({ file: name, why });
  notices.push(warning("INPUT_SKIPPED", `${name} ${why}: left out.`, { file: name }));
}
