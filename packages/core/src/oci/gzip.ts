import { EventEmitter, once } from "node:events";
import { AsyncGzip, Gzip } from "fflate";
import { cutPieces } from "./pieces.ts";

/** Input is cut into pieces of exactly this many bytes, because fflate's output depends on where they end. */
export const gzipPieceBytes = 1 << 16;

/** Work handed to the compressor and not yet done, in bytes, at most. */
const maxQueuedBytes = 1 << 22;

/** Below this many bytes a worker thread costs more than it saves. */
const workerFromBytes = 1 << 20;

const options = { level: 6, mtime: 0 } as const;

/**
 * Gzip (RFC 1952) whose bytes depend on the input alone: fflate at level 6, no time, no name,
 * so that neither Node's zlib nor its version decides a digest. Large inputs are compressed in a worker thread.
 */
export async function* gzip(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  const pieces = cutPieces(source, gzipPieceBytes);
  const head: Uint8Array[] = [];
  while (head.length * gzipPieceBytes < workerFromBytes) {
    const next = await pieces.next();
    if (next.done === true) {
      yield gzipNow(head);
      return;
    }
    head.push(next.value);
  }
  yield* gzipInWorker(head, pieces);
}

function gzipNow(pieces: readonly Uint8Array[]): Uint8Array {
  const out: Uint8Array[] = [];
  const compressor = new Gzip(options, (chunk) => out.push(chunk));
  for (const piece of pieces) compressor.push(piece);
  compressor.push(new Uint8Array(0), true);
  return Buffer.concat(out);
}

async function* gzipInWorker(
  head: readonly Uint8Array[],
  rest: AsyncGenerator<Uint8Array, void, undefined>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const events = new EventEmitter();
  const out: Uint8Array[] = [];
  let failure: Error | null = null;
  let ended = false;
  const compressor = new AsyncGzip(options, (error, chunk, final) => {
    if (error !== null) failure = error;
    else out.push(chunk);
    ended ||= final;
    events.emit("change");
  });
  compressor.ondrain = () => events.emit("change");
  // What changes while a chunk is handed out would be missed by `once`: look again before every wait.
  const settle = async function* (until: () => boolean): AsyncGenerator<Uint8Array, void, undefined> {
    for (;;) {
      if (failure !== null) throw failure;
      if (out.length > 0) {
        yield* out.splice(0);
        continue;
      }
      if (until()) return;
      await once(events, "change");
    }
  };
  try {
    for (const piece of head) compressor.push(piece);
    for await (const piece of rest) {
      compressor.push(piece);
      yield* settle(() => compressor.queuedSize <= maxQueuedBytes);
    }
    compressor.push(new Uint8Array(0), true);
    yield* settle(() => ended);
  } finally {
    compressor.terminate();
    await rest.return();
  }
}
