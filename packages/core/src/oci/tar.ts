import { open, stat } from "node:fs/promises";
import { PublishError } from "../errors/publish-error.ts";
import { changedError } from "../files/input-file.ts";
import { readWhole } from "./content.ts";
import { blockSizeBytes, encodeHeader, paddingOf, type TarEntry } from "./tar-header.ts";
import type { Content, TarFile } from "./types.ts";

/** How much of a file is read at once, in bytes. */
const readSizeBytes = 1 << 18;

interface PlannedEntry extends TarEntry {
  readonly source: string | Uint8Array | Content;
}

/**
 * A deterministic tar of `files` (POSIX ustar, pax where a header field overflows): sorted by the bytes of the name,
 * parent directories added with mode 0755, every time and owner 0. Same files, same bytes, on any machine.
 * Holds one read buffer in memory, never a whole file. The chunks' sizes carry no meaning.
 *
 * @throws PublishError `IMAGE_INVALID` for a name no layer may hold, `INPUT_CHANGED` when a file changes size while it is read.
 */
export async function* writeTar(files: readonly TarFile[], signal?: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
  for (const entry of await planEntries(files)) {
    signal?.throwIfAborted();
    yield encodeHeader(entry);
    if (entry.sizeBytes === 0) continue;
    if (typeof entry.source === "string") yield* readExactly(entry.source, entry.sizeBytes, signal);
    else if ("open" in entry.source) yield* readWhole(entry.source, entry.name, signal);
    else yield entry.source;
    const padding = paddingOf(entry.sizeBytes);
    if (padding > 0) yield Buffer.alloc(padding);
  }
  yield Buffer.alloc(2 * blockSizeBytes);
}

async function planEntries(files: readonly TarFile[]): Promise<PlannedEntry[]> {
  const entries = new Map<string, PlannedEntry>();
  for (const file of files) {
    checkName(file.name);
    if (entries.has(file.name)) throw invalid(file.name, "is in the layer twice");
    entries.set(file.name, await planEntry(file));
  }
  for (const { name } of files) addParents(name, entries);
  return [...entries.values()].sort((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)));
}

async function planEntry({ name, mode, type = "file", source = "", linkName = "" }: TarFile): Promise<PlannedEntry> {
  if (type === "directory") return { name, mode, type, sizeBytes: 0, linkName: "", source: "" };
  if (type === "symlink") {
    if (linkName === "" || linkName.includes("\0")) throw invalid(name, "is a symbolic link without a target");
    return { name, mode: 0o777, type, sizeBytes: 0, linkName, source: "" };
  }
  if (source === "") throw invalid(name, "has no source");
  return { name, mode, type, sizeBytes: await sizeOf({ name, source }), linkName: "", source };
}

/** Size of what an entry is made of, in bytes. @throws PublishError `IMAGE_INVALID` when it is not a file */
export async function sizeOf({ name, source = "" }: Pick<TarFile, "name" | "source">): Promise<number> {
  if (typeof source !== "string") return "open" in source ? source.sizeBytes : source.length;
  if (source === "") return 0;
  const found = await stat(source);
  if (!found.isFile()) throw invalid(name, "has a source that is not a file");
  return found.size;
}

function addParents(name: string, entries: Map<string, PlannedEntry>): void {
  for (let slash = name.lastIndexOf("/"); slash > 0; slash = name.lastIndexOf("/", slash - 1)) {
    const parent = name.slice(0, slash);
    const known = entries.get(parent);
    if (known === undefined) entries.set(parent, { name: parent, mode: 0o755, type: "directory", sizeBytes: 0, linkName: "", source: "" });
    else if (known.type !== "directory") throw invalid(name, `lies under ${parent}, which is not a directory`);
  }
}

/** image-spec "Layer Filesystem Changeset": paths are relative, and `.wh.` names are whiteouts. */
function checkName(name: string): void {
  const segments = name.split("/");
  if (name.includes("\0") || segments.some((segment) => segment === "" || segment === "." || segment === ".."))
    throw invalid(name, "is not a clean path");
  if (segments.some((segment) => segment.startsWith(".wh."))) throw invalid(name, "is reserved for whiteouts");
}

async function* readExactly(path: string, sizeBytes: number, signal?: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
  const handle = await open(path, "r");
  try {
    let done = 0;
    while (done < sizeBytes) {
      signal?.throwIfAborted();
      const chunk = Buffer.allocUnsafeSlow(Math.min(readSizeBytes, sizeBytes - done));
      const { bytesRead } = await handle.read(chunk, 0, chunk.length, done);
      if (bytesRead === 0) throw changedError(path);
      done += bytesRead;
      yield chunk.subarray(0, bytesRead);
    }
    if ((await handle.stat()).size !== sizeBytes) throw changedError(path);
  } finally {
    await handle.close();
  }
}

function invalid(name: string, problem: string): PublishError {
  return new PublishError("IMAGE_INVALID", `Image file "${name}" ${problem}.`, "Report this as a bug.", { name });
}
