import { mkdtemp, readdir, realpath, rm, stat } from "node:fs/promises";
import { basename, join, sep } from "node:path";
import { PublishError } from "../../errors/publish-error.ts";
import type { Context } from "../../events/events.ts";
import { warning, type Warning } from "../../events/warnings.ts";
import { inputError, stateOf, type InputFile, type LeftOut } from "../../files/input-file.ts";
import { isDescription, isProject, ownNames } from "../../files/own-files.ts";
import type { ConvertOptions, Source, UnreadableFile } from "../dataset.ts";
import { isEvenTable } from "../records/even-table.ts";
import type { FileSettings } from "../settings/settings.ts";
import { readOr, unreadableError } from "../unreadable.ts";
import { gunzip, unpackZip, type Packed } from "./archive.ts";
import { refuseRules } from "./description.ts";
import {
  annexPointer,
  delimitedText,
  extensionOf,
  formatOfName,
  isDelimitedName,
  otherText,
  sqliteDatabase,
  unknownData,
  zipArchive,
  type Format,
} from "./formats.ts";
import { companion, formatOf, identify, isAnnexed, unsupported } from "./identify.ts";
import { Unpacking } from "./limits.ts";
import { nameDatabases, nameTables, type CsvInput, type Entry, type SqliteInput, type TextEntry } from "./name-inputs.ts";
import { describeSkipped, noticeSkipped, type Skipped } from "./skipped.ts";

/** What counts when files are found. */
export interface DiscoverOptions extends Pick<ConvertOptions, "maxUnpackedBytes" | "everyFile"> {
  /** What is said of a file, by its place in the folder or archive that was given and by the name that messages have for it. */
  fileSettings(label: string, name: string): FileSettings;
}

export interface Inputs {
  readonly csvs: readonly CsvInput[];
  readonly sqlites: readonly SqliteInput[];
  readonly unreadable: readonly UnreadableFile[];
  readonly notices: readonly Warning[];
  readonly sources: readonly Source[];
  readonly leftOut: readonly LeftOut[];
}

interface Found extends TextEntry {
  readonly kind: "csv" | "sqlite";
}

/** What one discovery has come upon. */
interface Search {
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

/** Files left out that an error names. */
const mostNamed = 5;

/**
 * Finds what `inputs` (files, folders, zip archives) hold and names the tables and databases it becomes.
 * Folders are read recursively, in code point order, without hidden files and without what links out of them point to. A zip archive is
 * as the folder of its files, and a gzip file as the file in it; they are unpacked in `workDir`, which has to last as long as the inputs are read.
 * A file that is given is read as delimited text, whatever its name, unless it is of another format; one of a folder that has another
 * name only where it is an even table. What a folder that is a site's project has for the site is no data: see `files/own-files.ts`.
 * @throws PublishError {@link unreadableError} when nothing can be read, `INPUT_EMPTY`, `INPUT_CHANGED`, `DISK_FULL`.
 */
export async function discoverInputs(
  inputs: readonly InputFile[],
  workDir: string,
  options: DiscoverOptions,
  ctx: Context,
): Promise<Inputs> {
  const notices: Warning[] = [];
  const unpacking = new Unpacking(options.maxUnpackedBytes);
  const search: Search = {
    seen: new Set(),
    notices,
    sources: [],
    unreadable: [],
    leftOut: [],
    skipped: [],
    workDir,
    unpacking,
    options,
    ctx,
  };
  const { sources, unreadable, skipped } = search;
  const found: Found[] = [];
  for (const input of inputs) {
    const files = (await readOr(unreadable, input.name, () => takeGiven(input, search))) ?? [];
    for (const file of files) if (await isNew(file.path, search)) found.push(file);
  }
  if (found.length === 0) throw unreadable.length > 0 ? unreadableError(unreadable) : emptyError(inputs, search);
  const of = (wanted: Found["kind"]): readonly Found[] => found.filter(({ kind }) => kind === wanted);
  const csvs = nameTables(of("csv"), notices);
  const sqlites = nameDatabases(of("sqlite"), csvs.length > 0, notices);
  notices.push(...noticeSkipped(skipped));
  return { csvs, sqlites, unreadable, notices, sources, leftOut: [...search.leftOut, ...describeSkipped(skipped)] };
}

/** Whether a file or folder was not come upon before. */
async function isNew(path: string, { seen }: Search): Promise<boolean> {
  const real = await realpath(path);
  return !seen.has(real) && seen.add(real) !== undefined;
}

/** What the file system says of an input. @throws PublishError `INPUT_NOT_FOUND`, `INPUT_UNREADABLE` */
async function ask<T>({ path, name }: InputFile, answer: Promise<T>): Promise<T> {
  return answer.catch(async (error: unknown) => {
    throw (await isAnnexed(path)) ? unsupported(name, annexPointer) : inputError(name, error);
  });
}

async function takeGiven(input: InputFile, search: Search): Promise<Found[]> {
  const stats = await ask(input, stat(input.path));
  if (stats.isDirectory()) return walk({ ...input, label: "" }, await realpath(input.path), search);
  const file = { ...input, label: basename(input.name) };
  if (!stats.isFile()) throw unsupported(input.name, unknownData);
  const settings = settingsOf(file, search);
  if (settings.leaveOut) return [];
  await addSource(file, search);
  const format = await identify(file);
  if (isArchive(file, format)) return takeArchive(file, format.read, "", search);
  if (format.read === "sqlite") return [{ ...file, settings, kind: "sqlite" }];
  if (format.read === "text") return [{ ...file, settings, kind: "csv" }];
  throw unsupported(input.name, format);
}

/** `root` is the real path of the folder that was given: a link out of it is not followed, as nobody named what it points to. */
async function walk(folder: Entry, root: string, search: Search): Promise<Found[]> {
  if (!(await isNew(folder.path, search))) return [];
  const names = await ask(folder, readdir(folder.path));
  const own = folder.label === "" ? siteNames(folder.path) : new Set();
  const found: Found[] = [];
  for (const name of names.toSorted((a, b) => (a < b ? -1 : 1))) {
    if (name.startsWith(".") || own.has(name)) continue;
    const path = join(folder.path, name);
    const entry = { path, name: join(folder.name, name), label: folder.label + name };
    found.push(...((await readOr(search.unreadable, entry.name, () => takeEntry(entry, root, search))) ?? []));
  }
  return found;
}

/** What is a site's own at the top of its project; of any other folder, what is said of its data. */
function siteNames(folder: string): ReadonlySet<string> {
  const names = ownNames(folder);
  return new Set(isProject(names) ? Object.values(names).flat() : names.conversion);
}

async function takeEntry(entry: Entry, root: string, search: Search): Promise<Found[]> {
  const stats = isData(entry) ? await ask(entry, stat(entry.path)) : await stat(entry.path).catch(() => null);
  if (stats === null) leaveOut(entry.name, "cannot be read", search);
  else if (!(await isIn(root, entry.path))) leaveOut(entry.name, "is a link out of the folder", search);
  else if (stats.isDirectory()) return walk({ ...entry, label: `${entry.label}/` }, root, search);
  else if (stats.isFile()) {
    const taken = await takeFile(entry, search);
    if (taken.length > 0) await addSource(entry, search);
    return taken;
  }
  return [];
}

async function addSource({ path, name }: InputFile, { sources }: Search): Promise<void> {
  sources.push({ path, name, state: await stateOf(path) });
}

/** Whether a path leads to `root` or below it. */
async function isIn(root: string, path: string): Promise<boolean> {
  return join(await realpath(path), sep).startsWith(join(root, sep));
}

/** What is said of a file; one that is to be left out is listed. */
function settingsOf({ label, name }: Entry, { options, leftOut }: Search): FileSettings {
  const settings = options.fileSettings(label, name);
  if (settings.leaveOut) leftOut.push({ file: name, why: "is left out, as was asked" });
  return settings;
}

/** Whether the extension says data; what else a folder holds may be unreadable. */
function isData({ label }: Pick<Entry, "label">): boolean {
  const format = formatOfName(label);
  return format === delimitedText || format === sqliteDatabase;
}

const isNamedData = (name: string): boolean => isData({ label: name.replace(companion, "") });

/** A zip archive, not another format that is one inside, such as .xlsx; a gzip file of data, not of a tar archive. */
function isArchive(file: Entry, format: Format): format is Format & { readonly read: "zip" | "gzip" } {
  if (format.read === "zip") return zipArchive.extensions.includes(extensionOf(file.label));
  return format.read === "gzip" && (formatOfName(withoutGz(file).label)?.read ?? "") !== "";
}

function withoutGz(file: Entry): Entry {
  return { ...file, label: file.label.replace(/\.gz$/i, "") };
}

/** What is in an archive, under the label `prefix`. */
async function takeArchive(archive: Entry, kind: "zip" | "gzip", prefix: string, search: Search): Promise<Found[]> {
  if (!(await isNew(archive.path, search))) return [];
  const dir = await mkdtemp(join(search.workDir, "unpacked-"));
  return await search.unpacking
    .within(archive, () => (kind === "zip" ? takeZip(archive, dir, prefix, search) : takeGzip(archive, dir, search)))
    .catch(async (error: unknown) => {
      await rm(dir, { recursive: true, force: true });
      throw error;
    });
}

async function takeZip(archive: Entry, dir: string, prefix: string, search: Search): Promise<Found[]> {
  const entryOf = ({ path, name }: InputFile): Entry => ({ path, name: join(archive.name, name), label: prefix + name });
  const wants = ({ name, start }: Packed): boolean => isWanted(entryOf({ path: "", name }), start, search);
  const files = await unpackZip(archive, dir, wants, isNamedData, { ...search.ctx, unpacking: search.unpacking });
  const found: Found[] = [];
  for (const entry of files.map(entryOf))
    found.push(...((await readOr(search.unreadable, entry.name, () => takeFile(entry, search))) ?? []));
  return found;
}

async function takeGzip(archive: Entry, dir: string, search: Search): Promise<Found[]> {
  const file = { ...withoutGz(archive), path: join(dir, "1") };
  await gunzip(archive, file.path, { ...search.ctx, unpacking: search.unpacking });
  return takeFile(file, search);
}

/** Whether a file of an archive can be data, or speaks of it, and so has to be unpacked. */
function isWanted(entry: Entry, start: Buffer, search: Search): boolean {
  if (companion.test(entry.label) || isDescription(basename(entry.label))) return true;
  if (settingsOf(entry, search).leaveOut) return false;
  const format = formatOf(start, entry.label);
  if (format.read !== undefined) return true;
  search.unreadable.push(...refuse(entry, format, search));
  return false;
}

async function takeFile(file: Entry, search: Search): Promise<Found[]> {
  const { label } = file;
  // Beside a database, these belong to it; the copy takes them along.
  if (companion.test(label)) return [];
  const settings = settingsOf(file, search);
  if (settings.leaveOut) return [];
  const format = isData(file) ? await identify(file) : await identify(file).catch(() => unknownData);
  if (isArchive(file, format)) return takeArchive(file, format.read, label.replace(/\.zip$/i, "/"), search);
  if (format.read === "sqlite") return [{ ...file, settings, kind: "sqlite", label: basename(label) }];
  if (format.read === "text" && (await isTable({ ...file, settings }, search))) return [{ ...file, settings, kind: "csv" }];
  if (isDescription(basename(label))) await refuseRules(file);
  for (const { error } of refuse(file, format, search)) throw error;
  return [];
}

/** Whether text of a folder is a table: by its name, because something is said of it alone, or as it is even. */
async function isTable({ settings, ...file }: TextEntry, { options: { everyFile = {} }, ctx: { signal } }: Search): Promise<boolean> {
  if (isDelimitedName(file.label) || Object.entries(settings).some(([key, value]) => everyFile[key as keyof FileSettings] !== value))
    return true;
  if (formatOfName(file.label) === sqliteDatabase || isDescription(basename(file.label))) return false;
  return await isEvenTable(file, signal);
}

/** Leaves a file out that is no table; one whose name says that it is cannot be read instead. */
function refuse(file: Entry, format: Format, search: Search): UnreadableFile[] {
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

function leaveOut(name: string, why: string, { leftOut, notices }: Search): void {
  leftOut.push({ file: name, why });
  notices.push(warning("INPUT_SKIPPED", `${name} ${why}: left out.`, { file: name }));
}

function emptyError(inputs: readonly InputFile[], { leftOut, skipped }: Search): PublishError {
  const paths = inputs.map(({ name }) => name).join(", ");
  const all = [...leftOut, ...describeSkipped(skipped)].map(({ file }) => file);
  const named = `${all.slice(0, mostNamed).join(", ")}${all.length > mostNamed ? ", …" : ""}`;
  const advice = noticeSkipped(skipped).flatMap(({ remedies }) => remedies);
  return new PublishError(
    "INPUT_EMPTY",
    `No CSV, TSV or SQLite files in ${paths}${named && `; left out: ${named}`}.`,
    advice.length > 0 ? advice : "Give files with data, or a folder or zip archive of them.",
    { paths, leftOut: leftOut.length + skipped.length },
  );
}
