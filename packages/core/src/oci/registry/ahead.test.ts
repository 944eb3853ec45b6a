import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { PublishEvent } from "../../events/events.ts";
import { listedClock } from "../../run/clock.test-support.ts";
import { digestOf } from "../digest.ts";
import { GrowingFile } from "../growing-file.ts";
import { layerFile, writeLayer, writeWhole } from "../layer.ts";
import { ociManifest } from "../manifest.ts";
import { mediaTypes } from "../media-types.ts";
import type { Image, Layer } from "../types.ts";
import { pushAhead, type Ahead } from "./ahead.ts";
import { atFirst, refuse, startFake, type FakeRegistry } from "./fake-registry.test-support.ts";
import { push } from "./push.ts";

const ctx = { report: () => {} };
const platform = { os: "linux", architecture: "amd64" } as const;
const annotations = { key: "of this database" };

let dir: string;
let ready: Layer;
let registry: FakeRegistry;
let work: string;
const clock = listedClock();

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "ahead-"));
  ready = await writeLayer([{ name: "etc/base", mode: 0o444, source: Buffer.from("base\n") }], dir, "base", ctx);
});
afterAll(() => rm(dir, { recursive: true }));
beforeEach(async () => {
  clock.pauses.splice(0);
  registry = await startFake();
  work = await mkdtemp(join(dir, "work-"));
});
afterEach(() => (registry.server.closeAllConnections(), registry.server.close()));

const reference = () => `${registry.host}/a/b:v1`;
const open = (signal?: AbortSignal) => pushAhead(reference(), { clock }, signal ? { signal } : {});
const pushIt = (image: Image, ahead: Ahead, report: (event: PublishEvent) => void = () => {}) =>
  push([image], reference(), { clock, ahead }, { report });
const lines = (method: string) => registry.seen.filter(({ line }) => line.startsWith(method)).map(({ line }) => line.split("/").at(-1));

function imageOf(...layers: Layer[]): Image {
  const config = new TextEncoder().encode(JSON.stringify({ rootfs: { type: "layers", diff_ids: layers.map(({ diffId }) => diffId) } }));
  const { bytes, digest, mediaType } = ociManifest(config, layers);
  return { platform, layers, config, configDigest: digestOf(config), manifest: bytes, mediaType, manifestDigest: digest };
}

/** A layer that grows by `grow`, and ends by `end`, well or not. */
function growingLayer() {
  const growing = new GrowingFile();
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = writable.getWriter();
  const made = writeWhole(readable, work, (sha256) => sha256, growing).then(({ file, sha256, sizeBytes }) => {
    const descriptor = { mediaType: mediaTypes.ociLayer, digest: `sha256:${sha256}`, size: sizeBytes, annotations };
    return layerFile({ descriptor, diffId: descriptor.digest, unpackedSizeBytes: null, createdBy: "data", path: file });
  });
  made.catch(() => {});
  return {
    growing,
    made,
    grow: (text: string) => writer.write(Buffer.from(text)),
    end: () => writer.close(),
    fail: (error: Error) => writer.abort(error),
  };
}

/** Ends when the registry has got a request for which `when` holds. */
function requested(when: (method: string | undefined) => boolean): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  registry.misbehave = (request) => {
    if (when(request.method)) request.once("data", () => resolve());
    return false;
  };
  return promise;
}

describe("pushAhead", () => {
  test("sends ready layers, which the push finds there, and tells their bytes", async () => {
    await using ahead = open();
    ahead.send(ready);
    ahead.send(ready);
    await ahead.settled(ready.descriptor.digest, () => {});
    expect([...registry.blobs.keys()]).toEqual([ready.descriptor.digest]);
    const events: PublishEvent[] = [];
    const image = imageOf(ready);
    await pushIt(image, ahead, (event) => events.push(event));
    expect(lines("PUT")).toEqual(["session", "session", "v1"]);
    expect(lines("HEAD")).toEqual([ready.descriptor.digest, image.configDigest, "v1"]);
    expect(registry.manifests.get("v1")).toBe(image.manifestDigest);
    const last = events.findLast((event) => event.type === "step.progressed");
    expect(last).toMatchObject({ done: ready.descriptor.size + image.config.length, total: ready.descriptor.size + image.config.length });
  });

  test("does not count for another repository", async () => {
    await using ahead = open();
    ahead.send(ready);
    await ahead.settled(ready.descriptor.digest, () => {});
    await push([imageOf(ready)], `${registry.host}/a/c:v1`, { clock, ahead }, ctx);
    expect(registry.seen.map(({ line }) => line)).toContain(`HEAD /v2/a/c/blobs/${ready.descriptor.digest}`);
  });

  test("sends a layer while it is made, with its digest at the end", async () => {
    const { growing, made, grow, end } = growingLayer();
    await using ahead = open();
    const arriving = requested((method) => method === "PATCH");
    ahead.sendGrowing(growing, made, annotations);
    await grow("the first half, ");
    await arriving;
    expect(growing.isOver).toBe(false);
    await grow("the second");
    await end();
    const layer = await made;
    const told: number[] = [];
    await ahead.settled(layer.descriptor.digest, (bytes) => told.push(bytes));
    expect(told.at(-1)).toBe(layer.descriptor.size);
    expect(registry.blobs.get(layer.descriptor.digest)?.toString()).toBe("the first half, the second");
    await pushIt(imageOf(layer), ahead);
    expect(lines("PATCH")).toHaveLength(1);
    expect(lines("PUT")).toEqual(["session", "session", "v1"]);
  });

  test("sends whole what was made before its turn came", async () => {
    const { growing, made, grow, end } = growingLayer();
    await grow("all");
    await end();
    const layer = await made;
    await using ahead = open();
    ahead.sendGrowing(growing, made, annotations);
    await Promise.resolve();
    await pushIt(imageOf(layer), ahead);
    expect(lines("PATCH")).toEqual([]);
    expect(registry.blobs.get(layer.descriptor.digest)?.toString()).toBe("all");
  });

  test("sends nothing of a layer that the image there has", async () => {
    const first = growingLayer();
    await first.grow("all");
    await first.end();
    const image = imageOf(await first.made);
    await push([image], reference(), { clock }, ctx);
    const again = growingLayer();
    registry.seen.splice(0);
    await using ahead = open();
    ahead.sendGrowing(again.growing, again.made, annotations);
    ahead.send(ready);
    await again.grow("all");
    await ahead.settled(ready.descriptor.digest, () => {});
    await again.end();
    await again.made;
    await pushIt(image, ahead);
    expect([...lines("PATCH"), ...lines("POST")]).toEqual([""]);
    expect(lines("PUT")).toEqual(["session"]);
  });

  test("sends a layer with other annotations than the image there has", async () => {
    const first = growingLayer();
    await first.grow("all");
    await first.end();
    await push([imageOf(await first.made)], reference(), { clock }, ctx);
    const other = growingLayer();
    await using ahead = open();
    ahead.sendGrowing(other.growing, other.made, { key: "of another" });
    await other.grow("changed");
    await other.end();
    const layer = await other.made;
    await ahead.settled(layer.descriptor.digest, () => {});
    expect(registry.blobs.get(layer.descriptor.digest)?.toString()).toBe("changed");
  });

  test.each(["POST", "PATCH"])("leaves a layer to the push, after a refused %s", async (refused) => {
    const { growing, made, grow, end } = growingLayer();
    registry.misbehave = atFirst(
      1,
      ({ method }) => method === refused,
      (response) => refuse(response, 403),
    );
    await using ahead = open();
    ahead.sendGrowing(growing, made, annotations);
    ahead.send(ready);
    await grow("all");
    await end();
    const layer = await made;
    await pushIt(imageOf(ready, layer), ahead);
    expect(registry.blobs.get(layer.descriptor.digest)?.toString()).toBe("all");
    expect(registry.blobs.has(ready.descriptor.digest)).toBe(true);
  });

  test("leaves a layer to the push, whose connection broke", async () => {
    const { growing, made, grow, end } = growingLayer();
    registry.misbehave = atFirst(
      1,
      ({ method }) => method === "PATCH",
      (response) => response.socket?.destroy() !== undefined,
    );
    await using ahead = open();
    ahead.sendGrowing(growing, made, annotations);
    await grow("all");
    await end();
    const layer = await made;
    await pushIt(imageOf(layer), ahead);
    expect(registry.blobs.get(layer.descriptor.digest)?.toString()).toBe("all");
    expect(clock.pauses).toEqual([]);
  });

  test("ends its request when the layer cannot be made", async () => {
    const { growing, made, grow, fail } = growingLayer();
    const ahead = open();
    const arriving = requested((method) => method === "PATCH");
    ahead.sendGrowing(growing, made, annotations);
    await grow("half");
    await arriving;
    await fail(new Error("the disk is full"));
    await expect(made).rejects.toThrow("the disk is full");
    await ahead[Symbol.asyncDispose]();
    expect(registry.blobs.size).toBe(0);
  });

  test.each(["closed", "cancelled"])("ends what is under way when it is %s", async (how) => {
    const { growing, made, grow, end } = growingLayer();
    const cancel = new AbortController();
    const ahead = open(cancel.signal);
    const arriving = requested((method) => method === "PATCH");
    ahead.sendGrowing(growing, made, annotations);
    await grow("half");
    await arriving;
    if (how === "cancelled") cancel.abort();
    await ahead[Symbol.asyncDispose]();
    expect(registry.unnamed).toBeNull();
    await end();
    expect(registry.blobs.size).toBe(0);
    await expect(made).resolves.toMatchObject({ createdBy: "data" });
  });

  test("says what a reference lacks at once", () => {
    expect(() => pushAhead("Not A Reference", {}, {})).toThrow(expect.objectContaining({ code: "REFERENCE_INVALID" }));
  });
});
