import { createHash } from "node:crypto";
import { posix } from "node:path";
import { unreadable } from "../oci/content.ts";
import type { TarMember } from "../oci/tar-header.ts";
import { readTar, type StreamedMember } from "../oci/tar-reader.ts";
import type { Layer } from "../oci/types.ts";
import { unpackLayer } from "../oci/unpack.ts";
import { isRecord, maxRecordBytes } from "./packages/records.ts";

/** What a path of an image is. A hard link has no content of its own: it is that of the file it names. */
export type EntryKind = "file" | "directory" | "symlink" | "hardlink" | "device";

/** One path, as a layer stores it. */
export interface LayerEntry {
  /** Without a leading slash: `data/data.db`. */
  readonly path: string;
  readonly kind: EntryKind;
  /** Bytes of content in the layer: 0 for all but files. */
  readonly sizeBytes: number;
  /** Permission bits. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Target of a link as it is stored; `""` for what is none. */
  readonly linkName: string;
  /** SHA-256 of a file's content, hex; `""` for what is none. */
  readonly sha256: string;
  /** Whether it begins as a SQLite database does. */
  readonly isDatabase: boolean;
  /** The text of a package manager's record; undefined for any other file. */
  readonly text?: string;
}

/** One layer, read. Its contents themselves are not kept. */
export interface LayerContents {
  /** In the order of the tar; of a path that comes twice, the last. */
  readonly entries: readonly LayerEntry[];
  /** Paths below that it removes (image-spec, "Whiteouts"). */
  readonly whiteouts: readonly string[];
  /** Folders below whose contents it removes (image-spec, "Opaque Whiteout"). */
  readonly opaques: readonly string[];
  /** Size of the whole tar, headers and padding too. */
  readonly unpackedBytes: number;
}

/** Longest path of Linux (`PATH_MAX`). */
const maxPathLength = 4096;

/** SQLite file format, "Magic Header String". */
const sqliteMagic = Buffer.from("SQLite format 3\0");
const whiteoutPrefix = ".wh.";
const opaqueName = ".wh..wh..opq";

/**
 * Reads what a layer holds. Keeps names, sizes and digests of its files, and of contents the package managers' records alone.
 *
 * @throws PublishError `IMAGE_UNREADABLE` when it is damaged, or not what its digest and diffId say
 */
export async function readLayer(layer: Layer, signal?: AbortSignal): Promise<LayerContents> {
  const entries = new Map<string, LayerEntry>();
  const [whiteouts, opaques]: [string[], string[]] = [[], []];
  let unpackedBytes = 0;
  const tar = unpackLayer(layer, signal);
  // Only a tar that is read to its end is held against its diffId; its members end before.
  const counted = async function* (): AsyncGenerator<Uint8Array, void, undefined> {
    for (let next = await tar.next(); next.done !== true; next = await tar.next()) {
      unpackedBytes += next.value.length;
      yield next.value;
    }
  };
  const chunks = counted();
  try {
    for await (const member of readTar({ [Symbol.asyncIterator]: () => ({ next: () => chunks.next() }) })) {
      if (member.name.length > maxPathLength) throw unreadable(`${layer.descriptor.digest} has a path of ${member.name.length} characters`);
      const path = cleanPath(member.name);
      const name = posix.basename(path);
      if (name === opaqueName) opaques.push(cleanPath(posix.dirname(path)));
      else if (name.startsWith(whiteoutPrefix)) addWhiteout(whiteouts, path, name);
      else if (path !== "") entries.set(path, await readEntry(path, member));
    }
    for await (const _ of chunks);
  } finally {
    await tar.return();
  }
  return { entries: [...entries.values()], whiteouts, opaques, unpackedBytes };
}

/** `.wh..wh.` begins what AUFS kept for itself. */
function addWhiteout(whiteouts: string[], path: string, name: string): void {
  if (name.startsWith(".wh..wh.")) return;
  whiteouts.push(cleanPath(posix.join(posix.dirname(path), name.slice(whiteoutPrefix.length))));
}

async function readEntry(path: string, member: StreamedMember): Promise<LayerEntry> {
  const { mode, uid, gid, linkName } = member;
  const kind = kindOf(member);
  const common = { path, kind, mode, uid, gid, linkName: kind === "hardlink" ? cleanPath(linkName) : linkName };
  if (kind !== "file") return { ...common, sizeBytes: 0, sha256: "", isDatabase: false };
  return { ...common, ...(await readContent(path, member)) };
}

async function readContent(
  path: string,
  member: StreamedMember,
): Promise<Pick<LayerEntry, "sizeBytes" | "sha256" | "isDatabase" | "text">> {
  const hash = createHash("sha256");
  const kept: Uint8Array[] = [];
  const isKept = member.sizeBytes <= maxRecordBytes && isRecord(path);
  let isDatabase: boolean | undefined;
  for await (const chunk of member.body()) {
    hash.update(chunk);
    if (isKept) kept.push(chunk);
    // A body comes in chunks of 64 KiB, but for its last.
    isDatabase ??= sqliteMagic.equals(chunk.subarray(0, sqliteMagic.length));
  }
  return {
    sizeBytes: member.sizeBytes,
    sha256: hash.digest("hex"),
    isDatabase: isDatabase ?? false,
    ...(isKept && { text: Buffer.concat(kept).toString() }),
  };
}

const kinds: Readonly<Record<string, EntryKind>> = { "0": "file", "1": "hardlink", "2": "symlink", "5": "directory" };

function kindOf({ typeFlag }: TarMember): EntryKind {
  return kinds[typeFlag] ?? "device";
}

/** A path below the image's root, whatever the tar calls it: `./a//b`, `a/../b`. */
function cleanPath(path: string): string {
  return posix.join("/", path).slice(1);
}
