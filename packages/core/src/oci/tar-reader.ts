import type { FileHandle } from "node:fs/promises";
import { unreadable } from "./content.ts";
import { blockSizeBytes, decodeHeader, decodePax, paddingOf, type TarMember } from "./tar-header.ts";

/** Longest extended header that is read, in bytes: a path or a link's target is in it. */
const maxExtendedBytes = 1 << 20;

/** A tar, read from front to back. */
interface TarInput {
  /** Bytes that were taken or left out so far. */
  readonly positionBytes: number;
  /** The next bytes; fewer at the end. */
  take(sizeBytes: number): Promise<Uint8Array>;
  skip(sizeBytes: number): Promise<void>;
}

/** One member of a tar that is read as a stream. */
export interface StreamedMember extends TarMember {
  /** Its content; what is not read of it before the next member is asked for is left out. */
  body(): AsyncGenerator<Uint8Array, void, undefined>;
}

/**
 * The members of a tar in their order (POSIX ustar and pax, and GNU's long names), such as of a layer that was unpacked.
 * Holds one chunk in memory.
 *
 * @throws PublishError `IMAGE_UNREADABLE` when it is damaged or not whole
 */
export async function* readTar(source: AsyncIterable<Uint8Array>): AsyncGenerator<StreamedMember, void, undefined> {
  const input = new StreamInput(source);
  try {
    for await (const member of membersOf(input)) yield { ...member, body: () => bodyOf(input, member) };
  } finally {
    await input.close();
  }
}

/** Where the members of a tar file are. Reads headers alone, whatever the file's size. @throws PublishError `IMAGE_UNREADABLE` */
export async function* listTar(handle: FileHandle): AsyncGenerator<TarMember, void, undefined> {
  yield* membersOf(new FileInput(handle, (await handle.stat()).size));
}

async function* membersOf(input: TarInput): AsyncGenerator<TarMember, void, undefined> {
  let extended: Record<string, string> = {};
  for (;;) {
    const block = await input.take(blockSizeBytes);
    if (block.every((byte) => byte === 0)) return;
    const header = decodeHeader(block);
    if (header === null) throw unreadable(`it is not a tar, or damaged at byte ${input.positionBytes - blockSizeBytes}`);
    const records = await extendedBy(header, input);
    if (records !== null) {
      extended = { ...extended, ...records };
      continue;
    }
    const { path = header.name, linkpath = header.linkName, size } = extended;
    extended = {};
    const sizeBytes = size === undefined ? header.sizeBytes : Number(size);
    const member = { ...header, name: cleanName(path), linkName: linkpath, sizeBytes, offsetBytes: input.positionBytes };
    yield member;
    const endBytes = member.offsetBytes + sizeBytes + paddingOf(sizeBytes);
    await input.skip(endBytes - input.positionBytes);
  }
}

/** What a header says of the next one; null for a member of its own. A global pax header is left out: no image tool writes one. */
async function extendedBy(
  { typeFlag, sizeBytes }: { typeFlag: string; sizeBytes: number },
  input: TarInput,
): Promise<Record<string, string> | null> {
  if (!"xgLK".includes(typeFlag)) return null;
  if (sizeBytes > maxExtendedBytes) throw unreadable(`a tar header has ${sizeBytes} bytes`);
  const bytes = await input.take(sizeBytes);
  await input.skip(paddingOf(sizeBytes));
  if (typeFlag === "x") return decodePax(bytes);
  const text = Buffer.from(bytes).toString().replace(/\0.*$/s, "");
  return typeFlag === "g" ? {} : { [typeFlag === "L" ? "path" : "linkpath"]: text };
}

async function* bodyOf(input: TarInput, { offsetBytes, sizeBytes }: TarMember): AsyncGenerator<Uint8Array, void, undefined> {
  const endBytes = offsetBytes + sizeBytes;
  while (input.positionBytes < endBytes) yield await input.take(Math.min(chunkSizeBytes, endBytes - input.positionBytes));
}

const chunkSizeBytes = 1 << 16;

/** Tars of folders call their members `./etc/passwd` and `etc/`. */
function cleanName(path: string): string {
  return path.replace(/^(\.?\/)+/, "").replace(/\/+$/, "");
}

class FileInput implements TarInput {
  positionBytes = 0;
  readonly #handle: FileHandle;
  readonly #sizeBytes: number;

  constructor(handle: FileHandle, sizeBytes: number) {
    this.#handle = handle;
    this.#sizeBytes = sizeBytes;
  }

  async take(sizeBytes: number): Promise<Uint8Array> {
    const { buffer, bytesRead } = await this.#handle.read(new Uint8Array(sizeBytes), 0, sizeBytes, this.positionBytes);
    this.positionBytes += bytesRead;
    if (bytesRead > 0 && bytesRead < sizeBytes) throw cutOff();
    return buffer.subarray(0, bytesRead);
  }

  async skip(sizeBytes: number): Promise<void> {
    this.positionBytes += sizeBytes;
    if (this.positionBytes > this.#sizeBytes) throw cutOff();
  }
}

class StreamInput implements TarInput {
  positionBytes = 0;
  readonly #chunks: AsyncIterator<Uint8Array>;
  #rest: Uint8Array = new Uint8Array(0);

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#chunks = source[Symbol.asyncIterator]();
  }

  async take(sizeBytes: number): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    let takenBytes = 0;
    while (takenBytes < sizeBytes) {
      const part = await this.#next(sizeBytes - takenBytes);
      if (part === null) break;
      parts.push(part);
      takenBytes += part.length;
    }
    if (takenBytes > 0 && takenBytes < sizeBytes) throw cutOff();
    return parts.length === 1 ? parts[0]! : Buffer.concat(parts);
  }

  async skip(sizeBytes: number): Promise<void> {
    for (let left = sizeBytes; left > 0;) {
      const part = await this.#next(left);
      if (part === null) throw cutOff();
      left -= part.length;
    }
  }

  async close(): Promise<void> {
    await this.#chunks.return?.();
  }

  async #next(mostBytes: number): Promise<Uint8Array | null> {
    while (this.#rest.length === 0) {
      const next = await this.#chunks.next();
      if (next.done === true) return null;
      this.#rest = next.value;
    }
    const part = this.#rest.subarray(0, mostBytes);
    this.#rest = this.#rest.subarray(part.length);
    this.positionBytes += part.length;
    return part;
  }
}

function cutOff(): Error {
  return unreadable("its tar ends in the middle");
}
