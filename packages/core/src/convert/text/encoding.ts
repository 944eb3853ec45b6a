import { isUtf8 } from "node:buffer";
import { open, type FileHandle } from "node:fs/promises";
import { PublishError, isPublishError } from "../../errors/publish-error.ts";
import { removeOption, setOption, type Remedy } from "../../errors/remedies.ts";
import { inputError, type InputFile } from "../../files/input-file.ts";

const chunkBytes = 256 * 1024;
/** The encoding of a file, by its name in the Encoding Standard (encoding.spec.whatwg.org), unless something else is said. */
export const utf8 = "utf-8";

/** A piece of decoded text; `bytes` is how much of the file has been read so far. */
export interface TextChunk {
  readonly text: string;
  readonly bytes: number;
  readonly final: boolean;
}

interface Decoder {
  /** Its name in the Encoding Standard. */
  readonly encoding: string;
  decode(chunk: Uint8Array, final: boolean): string;
}

class InvalidUtf8 extends Error {
  readonly offset: number;
  constructor(offset: number) {
    super(`invalid bytes at ${offset}`);
    this.offset = offset;
  }
}

class Utf8Decoder implements Decoder {
  readonly encoding = utf8;
  #pending: Buffer = Buffer.alloc(0);
  #offset = 0;

  decode(chunk: Uint8Array, final: boolean): string {
    const bytes = Buffer.concat([this.#pending, chunk]);
    const complete = final ? bytes.length : completeLength(bytes);
    const whole = bytes.subarray(0, complete);
    if (!isUtf8(whole)) throw new InvalidUtf8(this.#offset + validLength(whole));
    this.#pending = bytes.subarray(complete);
    this.#offset += complete;
    return whole.toString("utf8");
  }
}

/** Any other encoding. */
class OtherDecoder implements Decoder {
  readonly encoding: string;
  readonly #decoder: TextDecoder;
  constructor(encoding: string) {
    this.encoding = encoding;
    this.#decoder = new TextDecoder(encoding, { fatal: true, ignoreBOM: true });
  }

  decode(chunk: Uint8Array, final: boolean): string {
    return this.#decoder.decode(chunk, { stream: !final });
  }
}

/** Length of `bytes` without a UTF-8 sequence that the end cuts off (RFC 3629). */
function completeLength(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!;
    if ((byte & 0xc0) === 0x80) continue;
    const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return needed > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}

/** Length of the longest valid UTF-8 prefix; a prefix may end inside a sequence, hence the look back over three bytes. */
function validLength(bytes: Uint8Array): number {
  const valid = (length: number): boolean => isUtf8(bytes.subarray(0, length));
  const nearlyValid = (length: number): boolean => [0, 1, 2, 3].some((back) => length >= back && valid(length - back));
  let low = 0;
  let high = bytes.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (nearlyValid(middle)) low = middle;
    else high = middle - 1;
  }
  while (!valid(low)) low--;
  return low;
}

function decoderFor(start: Uint8Array, encoding: string): Decoder {
  if (start[0] === 0xff && start[1] === 0xfe) return new OtherDecoder("utf-16le");
  if (start[0] === 0xfe && start[1] === 0xff) return new OtherDecoder("utf-16be");
  return encoding === utf8 ? new Utf8Decoder() : new OtherDecoder(encoding);
}

async function utf8Error(name: string, file: FileHandle, offset: number): Promise<PublishError> {
  let line = 1;
  const buffer = Buffer.allocUnsafe(chunkBytes);
  for (let at = 0; at < offset;) {
    const { bytesRead } = await file.read(buffer, 0, Math.min(buffer.length, offset - at), at);
    if (bytesRead === 0) break;
    for (let index = buffer.indexOf(10); index >= 0 && index < bytesRead; index = buffer.indexOf(10, index + 1)) line++;
    at += bytesRead;
  }
  const remedies = [setOption("encoding", "windows-1252", "if Excel on Windows saved it"), saveAsUtf8(name)];
  const facts = { file: name, line, byte: offset };
  return new PublishError("CSV_ENCODING", `${name} is not UTF-8: line ${line}, byte ${offset}.`, remedies, facts);
}

function saveAsUtf8(file: string): Remedy {
  return { action: "replace-file", file, note: "by saving it as UTF-8" };
}

/**
 * The name of a file's encoding: `other` when it is not UTF-8. What a byte order mark says goes before either.
 *
 * @param other a label of the Encoding Standard, such as `windows-1252` or `latin1`
 * @throws PublishError `OPTION_INVALID` for another label
 */
export async function encodingOf(file: InputFile, other: string | undefined, signal?: AbortSignal): Promise<string> {
  if (other === undefined) return utf8;
  const encoding = encodingNamed(other);
  // It is 7 bits wide, and so always UTF-8 as well.
  if (encoding === "iso-2022-jp") return encoding;
  try {
    for await (const _ of readText(file, utf8, signal));
    return utf8;
  } catch (error) {
    if (isPublishError(error) && error.code === "CSV_ENCODING") return encoding;
    throw error;
  }
}

function encodingNamed(label: string): string {
  try {
    const { encoding } = new TextDecoder(label, { fatal: true });
    if (encoding.startsWith("utf-16")) throw new RangeError("it is known by its byte order mark");
    return encoding;
  } catch {
    const message = `No file is read as ${JSON.stringify(label)}.`;
    const remedies = ["windows-1252", "macintosh", "shift_jis"].map((known) => setOption("encoding", known));
    const none = removeOption("encoding", "for UTF-16, which is known by its byte order mark");
    throw new PublishError("OPTION_INVALID", message, [...remedies, none], { option: "encoding" });
  }
}

/**
 * Reads a text file in bounded pieces: with a byte order mark what that says, UTF-8 or UTF-16, else `encoding`.
 * Never replaces what it cannot decode.
 * @throws PublishError `CSV_ENCODING`, for UTF-8 with line and byte offset.
 */
export async function* readText({ path, name }: InputFile, encoding: string, signal?: AbortSignal): AsyncGenerator<TextChunk> {
  const file = await open(path, "r").catch((error: unknown) => {
    throw inputError(name, error);
  });
  try {
    const buffer = Buffer.allocUnsafe(chunkBytes);
    let decoder: Decoder | undefined;
    let bytes = 0;
    for (;;) {
      signal?.throwIfAborted();
      const { bytesRead } = await file.read(buffer, 0, buffer.length, bytes);
      const chunk = buffer.subarray(0, bytesRead);
      const first = decoder === undefined;
      decoder ??= decoderFor(chunk, encoding);
      bytes += bytesRead;
      const text = await decodeOr(name, file, decoder, chunk);
      yield { text: first && text.startsWith("\uFEFF") ? text.slice(1) : text, bytes, final: bytesRead === 0 };
      if (bytesRead === 0) return;
    }
  } finally {
    await file.close();
  }
}

/** Decodes a piece of a file; an empty one is the end. */
async function decodeOr(name: string, file: FileHandle, decoder: Decoder, chunk: Uint8Array): Promise<string> {
  try {
    return decoder.decode(chunk, chunk.length === 0);
  } catch (error) {
    if (error instanceof InvalidUtf8) throw await utf8Error(name, file, error.offset);
    const message = `${name} has bytes that are not ${decoder.encoding}.`;
    const isMarked = decoder.encoding.startsWith("utf-16");
    const remedies = [...(isMarked ? [] : [setOption("encoding", undefined, "with another name")]), saveAsUtf8(name)];
    throw new PublishError("CSV_ENCODING", message, remedies, { file: name, encoding: decoder.encoding }, error);
  }
}
