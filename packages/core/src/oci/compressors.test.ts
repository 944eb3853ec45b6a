import { execFileSync } from "node:child_process";
import { buffer } from "node:stream/consumers";
import { gunzipSync, zstdDecompressSync } from "node:zlib";
import { gunzipSync as gunzipByFflate } from "fflate";
import { assert, asyncProperty, uint8Array } from "fast-check";
import { expect, test } from "vitest";
import { fixedGzip, nativeGzip, nativeZstd, type Compressor } from "./compressors.ts";

/** Bytes that compress a little, the same every time: three pieces and a bit. */
const bytes = noise((3 << 20) + 5);

function noise(sizeBytes: number): Uint8Array {
  let state = 1;
  return Uint8Array.from({ length: sizeBytes }, () => (state = (state * 48271) % 2147483647) % 97);
}

async function* chunksOf(source: Uint8Array, sizeBytes: number): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < source.length; start += sizeBytes) yield source.subarray(start, start + sizeBytes);
}

async function* failing(): AsyncGenerator<Uint8Array> {
  yield bytes;
  throw new Error("gone");
}

const compress = (compressor: Compressor, source: Uint8Array, chunkBytes = 1 << 16) =>
  buffer(compressor.compress(chunksOf(source, chunkBytes)));

const natives: [string, Compressor, (bytes: Uint8Array) => Uint8Array][] = [
  ["gzip 6", nativeGzip(6), gunzipSync],
  ["gzip 1", nativeGzip(1), gunzipSync],
  ["zstd 3", nativeZstd, zstdDecompressSync],
];

test.each(natives)("%s gives the same bytes however its input is cut, and they give the input back", async (_, compressor, read) => {
  const compressed = await compress(compressor, bytes);
  for (const chunkBytes of [(1 << 20) - 1, 1 << 22]) expect((await compress(compressor, bytes, chunkBytes)).equals(compressed)).toBe(true);
  expect(Buffer.compare(read(compressed), bytes)).toBe(0);
});

test("gzip of any bytes is one member, which readers of one member take", async () => {
  const property = asyncProperty(uint8Array({ maxLength: 3000 }), async (any) => {
    const compressed = await compress(nativeGzip(6), any, 7);
    expect(gunzipSync(compressed).equals(any)).toBe(true);
    expect(Buffer.compare(gunzipByFflate(compressed), any)).toBe(0);
  });
  await assert(property, { numRuns: 30 });
  const several = await compress(nativeGzip(6), bytes);
  const page = new Blob([Uint8Array.from(several)]).stream().pipeThrough(new DecompressionStream("gzip"));
  expect((await buffer(page)).equals(bytes)).toBe(true);
  expect(execFileSync("gzip", ["-dc"], { input: several, maxBuffer: 1 << 26 }).equals(bytes)).toBe(true);
});

test("what decides the bytes is written down, unless nothing does", () => {
  expect(nativeGzip(6).version).toBe(`zlib ${process.versions.zlib} ${process.arch}, level 6, pieces of 1048576 bytes`);
  expect(nativeZstd.version).toBe(`zstd ${process.versions.zstd} ${process.arch}, level 3, pieces of 1048576 bytes`);
  expect(fixedGzip.version).toBeNull();
});

test("a source that fails ends it, with pieces still worked on", async () => {
  await expect(buffer(nativeGzip(6).compress(failing()))).rejects.toThrow("gone");
});
