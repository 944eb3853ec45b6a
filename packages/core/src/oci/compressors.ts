import { availableParallelism } from "node:os";
import { promisify } from "node:util";
import { constants, crc32, deflateRaw, zstdCompress } from "node:zlib";
import { gzip } from "./gzip.ts";
import { mediaTypes } from "./media-types.ts";
import { cutPieces, mapInOrder } from "./pieces.ts";

/** A way to compress a layer's tar. The same input gives the same bytes with the same compressor. */
export interface Compressor {
  /** OCI media type of a layer that it makes. */
  readonly mediaType: string;
  /** How such a layer's file is called, behind its digest. */
  readonly extension: "tar.gz" | "tar.zst";
  /** What the bytes depend on besides the input, for the layer's annotation; null: on nothing. */
  readonly version: string | null;
  compress(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined>;
}

/** Data is cut into pieces of this many bytes, which are compressed side by side. Where they end decides the layer's bytes. */
const pieceBytes = 1 << 20;

/** libuv's pool has four threads, unless `UV_THREADPOOL_SIZE` says otherwise; one piece more waits for whichever is free. */
const piecesAtOnce = Math.min(availableParallelism(), Number(process.env["UV_THREADPOOL_SIZE"]) || 4) + 1;

const deflate = promisify<Uint8Array, object, Uint8Array>(deflateRaw);
const compressFrame = promisify<Uint8Array, object, Uint8Array>(zstdCompress);

/** For code: gzip whose digest no version of Node or zlib decides; one thread. See {@link gzip}. */
export const fixedGzip: Compressor = { mediaType: mediaTypes.ociLayer, extension: "tar.gz", version: null, compress: gzip };

/** For data: gzip by native zlib on all cores. Level 6 is for what travels, level 1 for what stays on this machine. */
export function nativeGzip(level: 1 | 6): Compressor {
  return {
    mediaType: mediaTypes.ociLayer,
    extension: "tar.gz",
    version: versionOf("zlib", level),
    compress: (source) => gzipMember(source, level),
  };
}

/** For data, where the target takes it: Zstandard (RFC 8878) level 3 on all cores, one frame a piece. */
export const nativeZstd: Compressor = {
  mediaType: mediaTypes.ociLayerZstd,
  extension: "tar.zst",
  version: versionOf("zstd", 3),
  compress: (source) => mapInOrder(cutPieces(source, pieceBytes), piecesAtOnce, zstdFrame),
};

/** zlib chooses its matches by what the processor can do, so the architecture counts too. */
function versionOf(library: "zlib" | "zstd", level: number): string {
  return `${library} ${process.versions[library]} ${process.arch}, level ${level}, pieces of ${pieceBytes} bytes`;
}

/** RFC 1952, section 2.3: deflate, no flags, no time, no extra flags, unknown operating system. */
const memberHeader = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff);

/** RFC 1951, section 3.2.3: a last block, empty, with fixed codes. */
const lastBlock = Uint8Array.of(0x03, 0x00);

/**
 * One gzip member, as pigz writes it: each piece becomes deflate blocks that end on a byte (a sync flush), so that pieces follow each other
 * as they are. Every reader takes it; a browser's `DecompressionStream`, for one, refuses a second member.
 */
async function* gzipMember(source: AsyncIterable<Uint8Array>, level: number): AsyncGenerator<Uint8Array, void, undefined> {
  let checksum = 0;
  let sizeBytes = 0;
  const measured = async function* () {
    for await (const piece of cutPieces(source, pieceBytes)) {
      checksum = crc32(piece, checksum);
      sizeBytes += piece.length;
      yield piece;
    }
  };
  const options = { level, finishFlush: constants.Z_SYNC_FLUSH, chunkSize: pieceBytes };
  yield memberHeader;
  yield* mapInOrder(measured(), piecesAtOnce, (piece) => deflate(piece, options));
  yield lastBlock;
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(checksum, 0);
  trailer.writeUInt32LE(sizeBytes % 2 ** 32, 4);
  yield trailer;
}

function zstdFrame(piece: Uint8Array): Promise<Uint8Array> {
  const params = { [constants.ZSTD_c_compressionLevel]: 3 };
  return compressFrame(piece, { params, chunkSize: pieceBytes, pledgedSrcSize: piece.length });
}
