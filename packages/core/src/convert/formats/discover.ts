import { readdir, realpath, stat } from "node:fs/promises";
import { join, sep } from "node:path";
import { PublishError } from "../../errors/publish-error.ts";
import type { Context } from "../../events/events.ts";
import type { Warning } from "../../events/warnings.ts";
import type { InputFile, LeftOut } from "../../files/input-file.ts";
import { isProject, ownNames } from "../../files/own-files.ts";
import type { Source, UnreadableFile } from "../dataset.ts";
import { readOr, unreadableError } from "../unreadable.ts";
import { unknownData } from "./formats.ts";
import { unsupported } from "./identify.ts";
import { Unpacking } from "./limits.ts";
import { nameDatabases, nameTables, type CsvInput, type Entry, type SqliteInput } from "./name-inputs.ts";
import { addSource, ask, isData, isNew, leaveOut, type DiscoverOptions, type Found, type Search } from "./search.ts";
import { describeSkipped, noticeSkipped } from "./skipped.ts";
import { takeFile, takeGivenFile } from "./take-file.ts";

export interface Inputs {
  readonly csvs: readonly CsvInput[];
  readonly sqlites: readonly SqliteInput[];
  readonly unreadable: readonly UnreadableFile[];
  readonly notices: readonly Warning[];
  readonly sources: readonly Source[];
  readonly leftOut: readonly LeftOut[];
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

async function takeGiven(input: InputFile, search: Search): Promise<Found[]> {
  const stats = await ask(input, stat(input.path));
  if (stats.isDirectory()) return walk({ ...input, label: "" }, await realpath(input.path), search);
  if (!stats.isFile()) throw unsupported(input.name, unknownData);
  return takeGivenFile(input, search);
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

/** What is a site's own at the top of its project; of any other folder, what is said of its data, and what `project/` names as left out. */
function siteNames(folder: string): ReadonlySet<string> {
  const names = ownNames(folder);
  return new Set(isProject(names) ? Object.values(names).flat() : [...names.conversion, ...names.requirements]);
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

/** Whether a path leads to `root` or below it. */
async function isIn(root: string, path: string): Promise<boolean> {
  return join(await realpath(path), sep).startsWith(join(root, sep));
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
