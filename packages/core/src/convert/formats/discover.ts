import { mkdtemp, readdir, realpath, stat } from "node:fs/promises";
import { basename, join, sep } from "node:path";
import { PublishError } from "../../errors/publish-error.ts";
import type { Context } from "../../events/events.ts";
import { warning, type Warning } from "../../events/warnings.ts";
import { inputError, stateOf, type InputFile, type LeftOut } from "../../files/input-file.ts";
import { isDescription, isProject, ownNames } from "../../files/own-files.ts";
import { gunzip, unpackZip } from "./archive.ts";
import type { Source, UnreadableFile } from "../dataset.ts";
import { refuseRules } from "./description.ts";
import { companion, delimiterByExtension, identify, isSpreadsheet, saveAsCsv, unsupported, type FileKind } from "./identify.ts";
import { extensionOf, nameDatabases, nameTables, sqliteExtensions, type CsvInput, type Entry, type SqliteInput } from "./name-inputs.ts";
import { readOr, unreadableError } from "../unreadable.ts";

export interface Inputs {
  readonly csvs: readonly CsvInput[];
  readonly sqlites: readonly SqliteInput[];
  readonly unreadable: readonly UnreadableFile[];
  readonly notices: readonly Warning[];
  readonly sources: readonly Source[];
  readonly leftOut: readonly LeftOut[];
}

interface Found extends Entry {
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
  /** Data files of other formats, and links out of the folder. */
  readonly leftOut: LeftOut[];
  /** Folder that archives are unpacked in. */
  readonly workDir: string;
  readonly ctx: Context;
}

const otherData = new Set([".json", ".parquet", ".zip", ".gz", ".tgz"]);

/** Files left out that an error names. */
const mostNamed = 5;

/**
 * Finds what `inputs` (files, folders, zip archives) hold and names the tables and databases it becomes.
 * Folders are read recursively, in code point order, without hidden files and without what links out of them point to. A zip archive is
 * as the folder of its files, and a gzip file as the file in it; they are unpacked in `workDir`, which has to last as long as the inputs are read.
 * What a folder that is a site's project has for the site is no data: see `files/own-files.ts`.
 * @throws PublishError {@link unreadableError} when nothing can be read, `INPUT_EMPTY`, `INPUT_CHANGED`, `DISK_FULL`.
 */
export async function discoverInputs(inputs: readonly InputFile[], workDir: string, ctx: Context): Promise<Inputs> {
  const notices: Warning[] = [];
  const search: Search = { seen: new Set(), notices, sources: [], unreadable: [], leftOut: [], workDir, ctx };
  const { sources, unreadable } = search;
  const found: Found[] = [];
  for (const input of inputs) {
    const files = (await readOr(unreadable, input.name, () => takeGiven(input, search))) ?? [];
    for (const file of files) if (await isNew(file.path, search)) found.push(file);
  }
  if (found.length === 0) throw unreadable.length > 0 ? unreadableError(unreadable) : emptyError(inputs, search);
  const of = (wanted: Found["kind"]): readonly Found[] => found.filter(({ kind }) => kind === wanted);
  const csvs = nameTables(of("csv"), notices);
  const sqlites = nameDatabases(of("sqlite"), csvs.length > 0, notices);
  return { csvs, sqlites, unreadable, notices, sources, leftOut: search.leftOut };
}

/** Whether a file or folder was not come upon before. */
async function isNew(path: string, { seen }: Search): Promise<boolean> {
  const real = await realpath(path);
  return !seen.has(real) && seen.add(real) !== undefined;
}

/** What the file system says of an input. @throws PublishError `INPUT_NOT_FOUND`, `INPUT_UNREADABLE` */
async function ask<T>({ name }: InputFile, answer: Promise<T>): Promise<T> {
  return answer.catch((error: unknown) => {
    throw inputError(name, error);
  });
}

async function takeGiven(input: InputFile, search: Search): Promise<Found[]> {
  const stats = await ask(input, stat(input.path));
  if (stats.isDirectory()) return walk({ ...input, label: "" }, await realpath(input.path), search);
  const file = { ...input, label: basename(input.name) };
  if (!stats.isFile()) throw unsupported(input.name);
  await addSource(file, search);
  const kind = await ask(file, identify(file.path));
  if (isArchive(file, kind)) return takeArchive(file, kind, "", search);
  if (kind === "sqlite") return [{ ...file, kind }];
  if (isDelimited(file) && isText(kind)) return [{ ...file, kind: "csv" }];
  throw unsupported(input.name);
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
  if (stats !== null && !(await isIn(root, entry.path))) leaveOut(entry.name, "is a link out of the folder", search);
  else if (stats?.isDirectory()) return walk({ ...entry, label: `${entry.label}/` }, root, search);
  else if (stats?.isFile()) {
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

const isDelimited = ({ label }: Pick<Entry, "label">): boolean => extensionOf(label) in delimiterByExtension;
const isText = (kind: FileKind): boolean => kind === "csv" || kind === "empty";

/** Whether the extension says data; what else a folder holds may be unreadable. */
function isData(entry: Pick<Entry, "label">): boolean {
  return isDelimited(entry) || sqliteExtensions.has(extensionOf(entry.label));
}

/** A zip archive, not another format that is one inside, such as .xlsx; a gzip file of data, not of a tar archive. */
function isArchive(file: Entry, kind: FileKind): kind is "zip" | "gzip" {
  return (kind === "zip" && extensionOf(file.label) === ".zip") || (kind === "gzip" && isData(withoutGz(file)));
}

function withoutGz(file: Entry): Entry {
  return { ...file, label: file.label.replace(/\.gz$/i, "") };
}

/** What is in an archive, under the label `prefix`. */
async function takeArchive(archive: Entry, kind: "zip" | "gzip", prefix: string, search: Search): Promise<Found[]> {
  if (!(await isNew(archive.path, search))) return [];
  const dir = await mkdtemp(join(search.workDir, "unpacked-"));
  if (kind === "zip") {
    const files = await unpackZip(archive, dir, (name) => isData({ label: name.replace(companion, "") }), search.ctx);
    const entries = files.map(({ path, name }) => ({ path, name: join(archive.name, name), label: prefix + name }));
    const found: Found[] = [];
    for (const entry of entries) found.push(...((await readOr(search.unreadable, entry.name, () => takeFile(entry, search))) ?? []));
    return found;
  }
  const file = { ...withoutGz(archive), path: join(dir, "1") };
  await gunzip(archive, file.path, search.ctx);
  return takeFile(file, search);
}

async function takeFile(file: Entry, search: Search): Promise<Found[]> {
  const { name, label } = file;
  // Beside a database, these belong to it; the copy takes them along.
  if (companion.test(label)) return [];
  const kind = isData(file) ? await ask(file, identify(file.path)) : await identify(file.path).catch(() => "binary" as const);
  if (isArchive(file, kind)) return takeArchive(file, kind, label.replace(/\.zip$/i, "/"), search);
  if (kind === "sqlite") return [{ ...file, kind, label: basename(label) }];
  if (isDelimited(file)) {
    if (isText(kind)) return [{ ...file, kind: "csv" }];
    throw unsupported(name);
  }
  if (isDescription(basename(label))) await refuseRules(file);
  const why = notTaken(label);
  if (why) leaveOut(name, why, search);
  return [];
}

/** Why a file that is no data is worth a word; null for one that is not. */
function notTaken(label: string): string | null {
  if (isDescription(basename(label))) return "would describe a site only at the top of a folder that is given";
  if (sqliteExtensions.has(extensionOf(label))) return "is not a SQLite database";
  return isSpreadsheet(label) || otherData.has(extensionOf(label)) ? "is not CSV, TSV or SQLite" : null;
}

function leaveOut(name: string, why: string, { leftOut, notices }: Search): void {
  leftOut.push({ file: name, why });
  notices.push(warning("INPUT_SKIPPED", `${name} ${why}: left out.`, { file: name }, isSpreadsheet(name) ? saveAsCsv : []));
}

function emptyError(inputs: readonly InputFile[], { leftOut }: Search): PublishError {
  const paths = inputs.map(({ name }) => name).join(", ");
  const files = leftOut.map(({ file }) => file);
  const named = `${files.slice(0, mostNamed).join(", ")}${files.length > mostNamed ? ", …" : ""}`;
  return new PublishError(
    "INPUT_EMPTY",
    `No CSV, TSV or SQLite files in ${paths}${named && `; left out: ${named}`}.`,
    files.find(isSpreadsheet) ? saveAsCsv : "Give files with data, or a folder or zip archive of them.",
    { paths, leftOut: leftOut.length },
  );
}
