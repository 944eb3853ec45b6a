import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { gunzipSync } from "node:zlib";
import { Gzip } from "fflate";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { digestOf } from "./digest.ts";
import { gzip, gzipPieceBytes } from "./gzip.ts";
import { writeLayer } from "./layer.ts";

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "layer-test-"));
});
afterEach(() => rm(dir, { recursive: true }));

const ctx = { report: () => {} };
const hello = { name: "data/hello.txt", mode: 0o444, source: new TextEncoder().encode("hello\n") };

/** Bytes that compress a little, the same every time. */
function noise(sizeBytes: number): Uint8Array {
  let state = 1;
  return Uint8Array.from({ length: sizeBytes }, () => (state = (state * 48271) % 2147483647) % 97);
}

async function* chunksOf(bytes: Uint8Array, sizeBytes: number): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += sizeBytes) yield bytes.slice(start, start + sizeBytes);
}

describe("writeLayer", () => {
  test("golden digest: these bytes must never change", async () => {
    const layer = await writeLayer([hello, { name: "tmp", mode: 0o1777, type: "directory" }], dir, "golden", ctx);
    expect(layer.diffId).toBe("sha256:8ada86c411ecfdeedbdba0b78ea364a342fe032dbf594e36bca65fc97f3a5a07");
    expect(layer.descriptor.digest).toBe("sha256:7281b884a56849d6b204479042279c6dd901bdb5be6332c9c0ea17c0f1bc0ac3");
    const large = await writeLayer([{ ...hello, source: noise(1_500_000) }], dir, "golden", ctx);
    expect(large.descriptor.digest).toBe("sha256:2458cf26b9bf60aaadee510e749fe8ab38983d1f3270433c31cae76422fce3e7");
  });

  test("describes the blob it wrote", async () => {
    const layer = await writeLayer([hello], dir, "test", ctx);
    const blob = await readFile(layer.path);
    expect(layer.descriptor).toEqual({
      mediaType: "application/vnd.oci.image.layer.v1.tar+gzip",
      digest: digestOf(blob),
      size: blob.length,
    });
    const tar = gunzipSync(blob);
    expect(layer.diffId).toBe(digestOf(tar));
    expect(layer.unpackedSizeBytes).toBe(tar.length);
    expect(await readdir(dir)).toEqual([layer.path.slice(dir.length + 1)]);
  });

  test("leaves nothing behind when it fails or is stopped", async () => {
    await expect(writeLayer([{ ...hello, source: join(dir, "absent") }], dir, "test", ctx)).rejects.toMatchObject({ code: "ENOENT" });
    const big = join(dir, "big");
    await writeFile(big, noise(3_000_000));
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 5);
    const stopped = writeLayer([{ ...hello, source: big }], dir, "test", { ...ctx, signal: stop.signal });
    await expect(stopped).rejects.toMatchObject({ name: "AbortError" });
    expect(await readdir(dir)).toEqual(["big"]);
  });
});

describe("gzip", () => {
  test("gives the same bytes in a worker as here, however its input is cut", async () => {
    const bytes = noise(1_200_000);
    const here: Uint8Array[] = [];
    const compressor = new Gzip({ level: 6, mtime: 0 }, (chunk) => here.push(chunk));
    for await (const piece of chunksOf(bytes, gzipPieceBytes)) compressor.push(piece);
    compressor.push(new Uint8Array(0), true);
    for (const sizeBytes of [1000, gzipPieceBytes, 3_000_000]) {
      const worker = await buffer(gzip(chunksOf(bytes, sizeBytes)));
      expect(worker.equals(Buffer.concat(here))).toBe(true);
    }
    expect(gunzipSync(Buffer.concat(here)).equals(bytes)).toBe(true);
  });

  test("loses nothing when its reader is slower than the worker", async () => {
    const bytes = noise(1_500_000);
    const read: Uint8Array[] = [];
    for await (const chunk of gzip(chunksOf(bytes, gzipPieceBytes))) {
      read.push(chunk);
      await sleep(5);
    }
    expect(gunzipSync(Buffer.concat(read)).equals(bytes)).toBe(true);
  });

  test("compresses nothing", async () => {
    expect(gunzipSync(await buffer(gzip(chunksOf(new Uint8Array(0), 1)))).length).toBe(0);
  });
});
