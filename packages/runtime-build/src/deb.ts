import { zstdDecompressSync, gunzipSync } from "node:zlib";
import { PublishError, type ImageFile } from "@datasette-publish/core";
import { unpackTar, type ParsedTarEntryWithData } from "modern-tar";
import xz from "xz-decompress";

/** What a Debian binary package holds: its control stanza (deb-control(5)) and its files, by path without a leading slash. */
export interface Deb {
  readonly control: string;
  readonly files: Map<string, ImageFile>;
}

/** Reads a Debian binary package, deb(5): an ar archive of `debian-binary`, `control.tar.*` and `data.tar.*`. */
export async function readDeb(bytes: Uint8Array): Promise<Deb> {
  const members = readAr(bytes);
  const controlTar = await unpackMember(members, "control.tar");
  const control = controlTar.find(({ header }) => cleanName(header.name) === "control")?.data;
  const entries = await unpackMember(members, "data.tar");
  return { control: Buffer.from(control ?? new Uint8Array()).toString("utf8"), files: toFiles(entries) };
}

/** The members of an ar archive, ar(5), by name. */
export function readAr(bytes: Uint8Array): Map<string, Uint8Array> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (buffer.toString("latin1", 0, 8) !== "!<arch>\n") throw invalid("it is no ar archive");
  const members = new Map<string, Uint8Array>();
  for (let offset = 8; offset + 60 <= buffer.length;) {
    const name = buffer
      .toString("latin1", offset, offset + 16)
      .trim()
      .replace(/\/$/, "");
    const size = Number.parseInt(buffer.toString("latin1", offset + 48, offset + 58), 10);
    const start = offset + 60;
    if (!(size >= 0) || start + size > buffer.length) throw invalid("a member is cut off");
    members.set(name, buffer.subarray(start, start + size));
    offset = start + size + (size % 2);
  }
  return members;
}

/** Decompresses an xz stream; Node has no xz of its own. */
export async function unxz(bytes: Uint8Array): Promise<Uint8Array> {
  const stream = new xz.XzReadableStream(new Blob([new Uint8Array(bytes)]).stream());
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

async function unpackMember(members: ReadonlyMap<string, Uint8Array>, stem: string): Promise<ParsedTarEntryWithData[]> {
  for (const [name, bytes] of members) {
    if (name === `${stem}.xz`) return unpackTar(await unxz(bytes));
    if (name === `${stem}.zst`) return unpackTar(zstdDecompressSync(bytes));
    if (name === `${stem}.gz`) return unpackTar(gunzipSync(bytes));
    if (name === stem) return unpackTar(bytes);
  }
  throw invalid(`it has no ${stem}`);
}

function toFiles(entries: readonly ParsedTarEntryWithData[]): Map<string, ImageFile> {
  const files = new Map<string, ImageFile>();
  for (const { header, data } of entries) {
    const name = cleanName(header.name);
    if (header.type === "symlink") files.set(name, { name, mode: 0o777, type: "symlink", linkName: header.linkname ?? "" });
    else if (header.type === "link") {
      const target = files.get(cleanName(header.linkname ?? ""));
      if (target) files.set(name, { ...target, name });
    } else if (header.type === "file") {
      const mode = (header.mode ?? 0) & 0o100 ? 0o755 : 0o644;
      files.set(name, { name, mode, source: data ?? new Uint8Array() });
    }
  }
  return files;
}

function cleanName(name: string): string {
  return name.replace(/^\.?\/+/, "").replace(/\/+$/, "");
}

function invalid(problem: string): PublishError {
  return new PublishError(
    "RUNTIME_DOWNLOAD_FAILED",
    `A Debian package cannot be read: ${problem}.`,
    "Empty the cache folder and run it again.",
  );
}
