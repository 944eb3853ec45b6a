import { createHash } from "node:crypto";
import { Readable, pipeline } from "node:stream";
import { createGunzip, createZstdDecompress } from "node:zlib";
import { unreadable } from "./content.ts";
import type { Layer } from "./types.ts";

/** How the bytes of a layer, or of a whole archive, are compressed. */
export type Compression = "gzip" | "zstd" | "none";

/** How many bytes at the beginning tell how a blob is compressed. */
export const magicBytes = 4;

/** The compression of a blob by its first bytes: RFC 1952, section 2.3.1, and RFC 8878, section 3.1.1. */
export function compressionOf(head: Uint8Array): Compression {
  const magic = Buffer.from(head.subarray(0, magicBytes)).toString("hex");
  if (magic.startsWith("1f8b")) return "gzip";
  return magic === "28b52ffd" ? "zstd" : "none";
}

/**
 * The tar of a layer, whatever it is compressed with. The bytes decide that: an engine calls zstd layers gzip.
 *
 * @throws PublishError `IMAGE_UNREADABLE` when the layer is damaged, or its tar is another than its diffId says
 */
export async function* unpackLayer(layer: Layer, signal?: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
  const { diffId, descriptor } = layer;
  const hash = createHash("sha256");
  for await (const chunk of unpack(layer.open({ signal }), descriptor.digest)) {
    hash.update(chunk);
    yield chunk;
  }
  const found = `sha256:${hash.digest("hex")}`;
  if (found !== diffId) throw unreadable(`layer ${descriptor.digest} holds ${found}, and its diffId is ${diffId}`);
}

/** The same bytes without their compression. `what` names them in errors. */
export async function* unpack(source: AsyncIterable<Uint8Array>, what: string): AsyncGenerator<Uint8Array, void, undefined> {
  const chunks = source[Symbol.asyncIterator]();
  const head = await readHead(chunks);
  const compression = compressionOf(head);
  const whole = joined(head, chunks);
  yield* compression === "none" ? whole : decompress(whole, compression, what);
}

async function* decompress(
  source: AsyncIterable<Uint8Array>,
  compression: "gzip" | "zstd",
  what: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  const input = Readable.from(source, { objectMode: false });
  let broken: unknown;
  input.once("error", (error) => (broken = error));
  try {
    yield* pipeline(input, compression === "gzip" ? createGunzip() : createZstdDecompress(), () => {}) as AsyncIterable<Uint8Array>;
  } catch (error) {
    throw broken ?? unreadable(`${what} is damaged: it is not whole ${compression}`, {}, error);
  }
}

async function readHead(chunks: AsyncIterator<Uint8Array>): Promise<Uint8Array> {
  let head: Uint8Array = new Uint8Array(0);
  while (head.length < magicBytes) {
    const next = await chunks.next();
    if (next.done === true) break;
    head = Buffer.concat([head, next.value]);
  }
  return head;
}

async function* joined(head: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    if (head.length > 0) yield head;
    for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}
