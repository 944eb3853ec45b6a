/** A file that somebody dropped or chose, by the name that it gets here. */
export interface Picked {
  readonly name: string;
  readonly file: File;
}

/** What was picked, and how many files were passed over as no person made them. */
export interface Pick {
  readonly picked: readonly Picked[];
  readonly hidden: number;
}

/** A file with its path in the folder that was picked: `csvs/2024/people.csv`. */
export interface PathFile {
  readonly path: string;
  readonly file: File;
}

/** Names for files: the last part of the path, with what is before it where two would have the same. */
export function namePicked(files: readonly PathFile[]): Pick {
  const visible = files.filter(({ path }) => !isHidden(path));
  const byName = Map.groupBy(visible, ({ path }) => lastPart(path).toLowerCase());
  const picked = visible.map(({ path, file }) => {
    const isAlone = byName.get(lastPart(path).toLowerCase())?.length === 1;
    return { name: isAlone ? lastPart(path) : path.replaceAll("/", " - "), file };
  });
  return { picked, hidden: files.length - visible.length };
}

const lastPart = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

/** What systems leave in folders. */
function isHidden(path: string): boolean {
  const parts = path.split("/");
  return parts.some((part) => part.startsWith(".") || part === "__MACOSX") || /^(thumbs\.db|desktop\.ini)$/i.test(parts.at(-1) ?? "");
}

/** Files of an `<input type=file>`, of a folder as well. */
export function readInput(list: FileList): Pick {
  return namePicked([...list].map((file) => ({ path: file.webkitRelativePath || file.name, file })));
}

/** Files and folders that were dropped, with all that is in them. Has to be called while the drop is handled: its data is gone afterwards. */
export async function readDrop(data: DataTransfer): Promise<Pick> {
  const items = [...data.items].filter(({ kind }) => kind === "file");
  const entries = items.map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  if (entries.length === 0) return namePicked([...data.files].map((file) => ({ path: file.name, file })));
  const found: PathFile[] = [];
  for (const entry of entries) await walk(entry, found);
  return namePicked(found);
}

async function walk(entry: FileSystemEntry, found: PathFile[]): Promise<void> {
  if (isFile(entry)) {
    const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
    found.push({ path: entry.fullPath.replace(/^\//, ""), file });
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  // A reader gives its entries in parts, and an empty one at the end.
  for (;;) {
    const part = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (part.length === 0) return;
    for (const one of part) await walk(one, found);
  }
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}
