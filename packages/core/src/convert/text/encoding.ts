import { open, type FileHandle } from "node:fs/promises";
import { isPublishError, PublishError } from "../../errors/publish-error.ts";
import { setOption, type Remedy } from "../../errors/remedies.ts";
import { inputError, type InputFile } from "../../files/input-file.ts";
import { decoderOf, InvalidUtf8, utf8, type Decoder } from "./decoders.ts";
import { substitute, unicodeOf } from "./unicode.ts";

const chunkBytes = 256 * 1024;

/** Characters at the end of a piece that may be the end of the file: no program writes more of them. */
const maxHeld = 1024;

/** A piece of decoded text; `bytes` is how much of the file has been read so far. */
export interface TextChunk {
  readonly text: string;
  readonly bytes: number;
  readonly final: boolean;
}

/** Reads a file in bounded pieces; the last one is empty. A piece is valid until the next one. */
export async function* readBytes({ path, name }: InputFile, signal?: AbortSignal): AsyncGenerator<Buffer> {
  const file = await open(path, "r").catch((error: unknown) => {
    throw inputError(name, error);
  });
  try {
    const buffer = Buffer.allocUnsafe(chunkBytes);
    for (let at = 0; ;) {
      signal?.throwIfAborted();
      const { bytesRead } = await readAt(file, buffer, at, name);
      yield buffer.subarray(0, bytesRead);
      if (bytesRead === 0) return;
      at += bytesRead;
    }
  } finally {
    await file.close();
  }
}

/** A folder can be opened, and not read. */
async function readAt(file: FileHandle, buffer: Buffer, at: number, name: string): Promise<{ bytesRead: number }> {
  return file.read(buffer, 0, buffer.length, at).catch((error: unknown) => {
    throw inputError(name, error);
  });
}

/**
 * Reads a text file in bounded pieces: with a byte order mark what that says, UTF-8 or UTF-16, else `encoding`.
 * Leaves out byte order marks at the start and a Ctrl-Z at the end. Never replaces what it cannot decode.
 * @throws PublishError `CSV_ENCODING`, for UTF-8 with the byte offset.
 */
export async function* readText(file: InputFile, encoding: string, signal?: AbortSignal): AsyncGenerator<TextChunk> {
  let decoder: Decoder | undefined;
  let bytes = 0;
  let held = "";
  let isStart = true;
  for await (const chunk of readBytes(file, signal)) {
    const final = chunk.length === 0;
    const fresh = decoder === undefined ? unmarkedStart(chunk, encoding) : { chunk };
    decoder ??= decoderOf(fresh.encoding ?? encoding);
    bytes += chunk.length;
    let text = held + decodeOr(file.name, decoder, fresh.chunk, final);
    if (isStart) text = text.replace(/^\uFEFF+/, "");
    isStart &&= text === "";
    held = text.slice(text.length - endLength(text));
    yield { text: held === "" ? text : text.slice(0, -held.length), bytes, final };
  }
}

/** The first bytes of a file without its byte order mark, and the encoding that this says. */
function unmarkedStart(chunk: Buffer, encoding: string): { readonly chunk: Buffer; readonly encoding?: string } {
  const { encoding: marked, markBytes } = unicodeOf(chunk) ?? { encoding, markBytes: 0 };
  if (markBytes === 0) return { chunk };
  // Programs that add lines in another encoding leave UTF-8's mark where it is.
  return { chunk: chunk.subarray(markBytes), ...(marked !== utf8 && { encoding: marked }) };
}

/** Length of the Ctrl-Z at the end of a text, and of what may stand behind it: more of them, and line ends. */
export function endLength(text: string): number {
  let length = 0;
  for (let back = 1; back <= Math.min(maxHeld, text.length); back++) {
    const code = text.charCodeAt(text.length - back);
    if (code === substitute.charCodeAt(0)) length = back;
    else if (code !== 10 && code !== 13) break;
  }
  return length;
}

/** Decodes a piece of a file; an empty one is the end. */
function decodeOr(name: string, decoder: Decoder, chunk: Uint8Array, final: boolean): string {
  try {
    return decoder.decode(chunk, final);
  } catch (error) {
    const at = error instanceof InvalidUtf8 ? { byte: error.offset } : {};
    const message = `${name} has bytes that are not ${decoder.encoding}.`;
    const remedies = [setOption("encoding", undefined, "with another name"), saveAsUtf8(name)];
    throw new PublishError("CSV_ENCODING", message, remedies, { file: name, encoding: decoder.encoding, ...at }, error);
  }
}

/** What always helps. */
export function saveAsUtf8(file: string): Remedy {
  return { action: "replace-file", file, note: "by saving it as UTF-8" };
}

/** Whether all of a file is in an encoding. @throws PublishError `INPUT_*` */
export async function canRead(file: InputFile, encoding: string, signal?: AbortSignal): Promise<boolean> {
  try {
    for await (const _ of readText(file, encoding, signal));
    return true;
  } catch (error) {
    if (isPublishError(error) && error.code === "CSV_ENCODING") return false;
    throw error;
  }
}
