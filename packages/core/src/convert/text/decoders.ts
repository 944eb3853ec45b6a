import { isUtf8 } from "node:buffer";

/** The encoding of a file, by its name in the Encoding Standard (encoding.spec.whatwg.org), unless something else is said. */
export const utf8 = "utf-8";

/** Makes text of the bytes of a file, one piece at a time. Never replaces what it cannot decode. */
export interface Decoder {
  /** Its name in the Encoding Standard. */
  readonly encoding: string;
  /** @throws InvalidUtf8, or TextDecoder's TypeError */
  decode(chunk: Uint8Array, final: boolean): string;
}

/** Bytes that are not UTF-8. */
export class InvalidUtf8 extends Error {
  /** Bytes of the file before them. */
  readonly offset: number;
  constructor(offset: number) {
    super(`invalid bytes at ${offset}`);
    this.offset = offset;
  }
}

/** Two to three times as fast as TextDecoder on text that is mostly ASCII, and knows where bytes are wrong. */
class Utf8Decoder implements Decoder {
  readonly encoding = utf8;
  #pending: Buffer = Buffer.alloc(0);
  #offset = 0;

  decode(chunk: Uint8Array, final: boolean): string {
    const bytes =
      this.#pending.length === 0 ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length) : Buffer.concat([this.#pending, chunk]);
    const complete = final ? bytes.length : completeLength(bytes);
    const whole = bytes.subarray(0, complete);
    if (!isUtf8(whole)) throw new InvalidUtf8(this.#offset + validLength(whole));
    this.#pending = Buffer.from(bytes.subarray(complete));
    this.#offset += complete;
    return whole.toString("utf8");
  }
}

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

export function decoderOf(encoding: string): Decoder {
  return encoding === utf8 ? new Utf8Decoder() : new OtherDecoder(encoding);
}

/** `bytes` as text; null where they are not in that encoding. */
export function decodeWhole(bytes: Uint8Array, encoding: string): string | null {
  try {
    return decoderOf(encoding).decode(bytes, true);
  } catch {
    return null;
  }
}

/** Length of `bytes` without a UTF-8 sequence that the end cuts off (RFC 3629). */
export function completeLength(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!;
    if ((byte & 0xc0) === 0x80) continue;
    const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return needed > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}

/** Length of the longest valid UTF-8 prefix; a prefix may end inside a sequence, hence the look back over three bytes. */
export function validLength(bytes: Uint8Array): number {
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
