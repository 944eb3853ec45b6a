import { mkdtemp, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import type { InputFile } from "../../files/input-file.ts";
import { isDescription } from "../../files/own-files.ts";
import { isEvenTable } from "../records/even-table.ts";
import { readOr } from "../unreadable.ts";
import { gunzip, unpackZip, type Packed } from "./archive.ts";
import { refuseRules } from "./description.ts";
import { extensionOf, formatOfName, isDelimitedName, sqliteDatabase, unknownData, zipArchive, type Format } from "./formats.ts";
import { companion, formatOf, identify, unsupported } from "./identify.ts";
import type { Entry } from "./name-inputs.ts";
import { addSource, isData, isNew, refuse, settingsOf, type Found, type Search } from "./search.ts";

/** What is in a file that was given: text is a table whatever its name. */
export async function takeGivenFile(input: InputFile, search: Search): Promise<Found[]> {
  const file = { ...input, label: basename(input.name) };
  if (settingsOf(file, search).leaveOut) return [];
  await addSource(file, search);
  return takeWhole(file, search);
}

/** What is in a file that was given, or in the gzip file that was. */
async function takeWhole(file: Entry, search: Search): Promise<Found[]> {
  const settings = settingsOf(file, search);
  const format = await identify(file);
  if (isArchive(file, format)) return takeArchive(file, format.read, "", search, takeWhole);
  if (format.read === "sqlite") return [{ ...file, settings, kind: "sqlite" }];
  if (format.read === "text") return [{ ...file, settings, kind: "csv" }];
  throw unsupported(file.name, format);
}

/** What is in a file of a folder or archive. */
export async function takeFile(file: Entry, search: Search): Promise<Found[]> {
  const { label } = file;
  // Beside a database, these belong to it; the copy takes them along.
  if (companion.test(label)) return [];
  const settings = settingsOf(file, search);
  if (settings.leaveOut) return [];
  const format = isData(file) ? await identify(file) : await identify(file).catch(() => unknownData);
  if (isArchive(file, format)) return takeArchive(file, format.read, label.replace(/\.zip$/i, "/"), search);
  if (format.read === "sqlite") return [{ ...file, settings, kind: "sqlite", label: basename(label) }];
  if (format.read === "text" && (await isTable(file, search))) return [{ ...file, settings, kind: "csv" }];
  if (isDescription(basename(label))) await refuseRules(file);
  for (const { error } of refuse(file, format, search)) throw error;
  return [];
}

const isNamedData = (name: string): boolean => isData({ label: name.replace(companion, "") });

/** A zip archive, not another format that is one inside, such as .xlsx; a gzip file of data, not of a tar archive. */
function isArchive(file: Entry, format: Format): format is Format & { readonly read: "zip" | "gzip" } {
  if (format.read === "zip") return zipArchive.extensions.includes(extensionOf(file.label));
  const inner = formatOfName(withoutGz(file).label);
  return format.read === "gzip" && (inner === undefined || inner.read !== undefined);
}

function withoutGz(file: Entry): Entry {
  return { ...file, label: file.label.replace(/\.gz$/i, "") };
}

/** What is in an archive: in a zip archive under the label `prefix`, in a gzip file as `takeUnpacked` takes it. */
async function takeArchive(
  archive: Entry,
  kind: "zip" | "gzip",
  prefix: string,
  search: Search,
  takeUnpacked = takeFile,
): Promise<Found[]> {
  if (!(await isNew(archive.path, search))) return [];
  const dir = await mkdtemp(join(search.workDir, "unpacked-"));
  return await search.unpacking
    .within(archive, () => (kind === "zip" ? takeZip(archive, dir, prefix, search) : takeGzip(archive, dir, search, takeUnpacked)))
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

async function takeGzip(archive: Entry, dir: string, search: Search, takeUnpacked: typeof takeFile): Promise<Found[]> {
  const file = { ...withoutGz(archive), path: join(dir, "1") };
  await gunzip(archive, file.path, { ...search.ctx, unpacking: search.unpacking });
  return takeUnpacked(file, search);
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

/** Whether text of a folder is a table: by its name, because something is said of it alone, or as it is even. */
async function isTable(file: Entry, { options, ctx: { signal } }: Search): Promise<boolean> {
  if (isDelimitedName(file.label) || options.isFileNamed(file.label, file.name)) return true;
  if (formatOfName(file.label) === sqliteDatabase || isDescription(basename(file.label))) return false;
  return await isEvenTable(file, signal);
}
