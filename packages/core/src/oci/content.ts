import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { PublishError } from "../errors/publish-error.ts";
import { systemCode } from "../files/failures.ts";
import type { Content, Descriptor, Layer, ReadOptions } from "./types.ts";

/** How much of a file is read at once, in bytes. */
const readSizeBytes = 1 << 18;

/** `sizeBytes` of a file, from `offset` on. */
export function fileContent(path: string, sizeBytes: number, offset = 0): Content {
  const end = offset + sizeBytes - 1;
  return {
    sizeBytes,
    open({ start = 0, signal } = {}) {
      if (start >= sizeBytes) return bytesContent(new Uint8Array(0)).open();
      return createReadStream(path, { start: offset + start, end, signal, highWaterMark: readSizeBytes });
    },
  };
}

/** Bytes in memory. */
export function bytesContent(bytes: Uint8Array): Content {
  return {
    sizeBytes: bytes.length,
    async *open({ start = 0 } = {}) {
      if (start < bytes.length) yield bytes.subarray(start);
    },
  };
}

/** The blob of a layer, compressed as it is. */
export function layerContent(layer: Layer): Content {
  return { sizeBytes: layer.descriptor.size, open: (options) => layer.open(options) };
}

/** All of a content. @throws PublishError `IMAGE_UNREADABLE` once it is another number of bytes than was said */
export async function* readWhole(
  { sizeBytes, open }: Content,
  what: string,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  let doneBytes = 0;
  for await (const chunk of open({ signal })) {
    signal?.throwIfAborted();
    doneBytes += chunk.length;
    if (doneBytes > sizeBytes) break;
    yield chunk;
  }
  if (doneBytes !== sizeBytes) throw unreadable(`${what} has ${doneBytes < sizeBytes ? "fewer" : "more"} bytes than its descriptor says`);
}

/** The same content, whose bytes are held against a descriptor's digest while they are read from the beginning. */
export function verified(content: Content, { digest, size }: Descriptor, where: string): Content {
  return {
    sizeBytes: size,
    open: (options = {}) => (options.start ? content.open(options) : verify(content, options, digest, where)),
  };
}

async function* verify(content: Content, options: ReadOptions, digest: string, where: string): AsyncGenerator<Uint8Array, void, undefined> {
  const [algorithm = "", wanted] = digest.split(":");
  const hash = createHash(algorithm === "sha512" ? "sha512" : "sha256");
  try {
    for await (const chunk of content.open(options)) {
      hash.update(chunk);
      yield chunk;
    }
  } catch (error) {
    const code = systemCode(error);
    if (!/^E[A-Z]+$/.test(code)) throw error;
    throw unreadable(`${where} lacks ${digest} (${code})`, {}, error);
  }
  const found = hash.digest("hex");
  if (found !== wanted) throw unreadable(`${digest} of ${where} has other bytes: their digest is ${algorithm}:${found}`);
}

/** An image that was made elsewhere, and is damaged or of a kind that is not known. `problem` is a sentence without its full stop. */
export function unreadable(problem: string, facts: PublishError["facts"] = {}, cause?: unknown): PublishError {
  const remedies = ["Make or download the image again.", { action: "retry" } as const];
  return new PublishError("IMAGE_UNREADABLE", `The image cannot be read: ${problem}.`, remedies, facts, cause);
}
