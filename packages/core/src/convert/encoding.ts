import { isUtf8 } from "node:buffer";
import { open, type FileHandle } from "node:fs/promises";
import { PublishError } from "../errors/publish-error.ts";
import { inputError, type InputFile } from "./identify.ts";

const chunkBytes = 256 * 1024;

/** A piece of decoded text; `bytes` is how much of the file has been read so far. */
export interface TextChunk {
  readonly text: string;
  readonly bytes: number;
  readonly final: boolean;
}

interface Decoder {
  decode(chunk: Uint8Array, final: boolean): string;
}

class InvalidBytes extends Error {
  readonly offset: number;
  constructor(offset: number) {
    super(`invalid bytes at ${offset}`);
    this.offset = offset;
  }
}

class Utf8Decoder implements Decoder {
  #pending: Buffer = Buffer.alloc(0);
  #offset = 0;

  decode(chunk: Uint8Array, final: boolean): string {
    const bytes = Buffer.concat([this.#pending, chunk]);
    const complete = final ? bytes.length : completeLength(bytes);
    const whole = bytes.subarray(0, complete);
    if (!isUtf8(whole)) throw new InvalidBytes(this.#offset + validLength(whole));
    this.#pending = bytes.subarray(complete);
    this.#offset += complete;
    return whole.toString("utf8");
  }
}

class Utf16Decoder implements Decoder {
  readonly #decoder: TextDecoder;
  #offset = 0;
  constructor(encoding: "utf-16le" | "utf-16be") {
    this.#decoder = new TextDecoder(encoding, { fatal: true, ignoreBOM: true });
  }

  decode(chunk: Uint8Array, final: boolean): string {
    try {
      const text = this.#decoder.decode(chunk, { stream: !final });
      this.#offset += chunk.length;
      return text;
    } catch {
      throw new InvalidBytes(this.#offset);
    }
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

function decoderFor(start: Uint8Array): Decoder {
  if (start[0] === 0xff && start[1] === 0xfe) return new Utf16Decoder("utf-16le");
  if (start[0] === 0xfe && start[1] === 0xff) return new Utf16Decoder("utf-16be");
  return new Utf8Decoder();
}

async function encodingError(name: string, file: FileHandle, offset: number): Promise<PublishError> {
  let line = 1;
  const buffer = Buffer.allocUnsafe(chunkBytes);
  for (let at = 0; at < offset;) {
    const { bytesRead } = await file.read(buffer, 0, Math.min(buffer.length, offset - at), at);
    if (bytesRead === 0) break;
    for (let index = buffer.indexOf(10); index >= 0 && index < bytesRead; index = buffer.indexOf(10, index + 1)) line++;
    at += bytesRead;
  }
  return new PublishError(
    "CSV_ENCODING",
    `${name} is not UTF-8: line ${line}, byte ${offset}.`,
    `Save the file as UTF-8, for example with: iconv -f WINDOWS-1252 -t UTF-8 in.csv > out.csv`,
    { file: name, line, byte: offset },
  );
}

/**
 * Reads a text file in bounded pieces: UTF-8 with or without a byte order mark, or UTF-16 with one.
 * Never replaces what it cannot decode.
 * @throws PublishError `CSV_ENCODING` with file, line and byte offset.
 */
export async function* readText({ path, name }: InputFile, signal?: AbortSignal): AsyncGenerator<TextChunk> {
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
      decoder ??= decoderFor(chunk);
      bytes += bytesRead;
      const text = await decodeOr(name, file, () => decoder!.decode(chunk, bytesRead === 0));
      yield { text: first && text.startsWith("\uFEFF") ? text.slice(1) : text, bytes, final: bytesRead === 0 };
      if (bytesRead === 0) return;
    }
  } finally {
    await file.close();
  }
}

async function decodeOr(name: string, file: FileHandle, decode: () => string): Promise<string> {
  try {
    return decode();
  } catch (error) {
    if (error instanceof InvalidBytes) throw await encodingError(name, file, error.offset);
    throw error;
  }
}
