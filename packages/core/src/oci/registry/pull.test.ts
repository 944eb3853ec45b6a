import { mkdtemp, rm } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { PublishEvent } from "../../events/events.ts";
import { listedClock } from "../../run/clock.test-support.ts";
import { manualClock } from "../../run/manual-clock.test-support.ts";
import { canonicalJson } from "../canonical-json.ts";
import { digestOf } from "../digest.ts";
import { writeLayer } from "../layer.ts";
import { dockerManifest, ociManifest } from "../manifest.ts";
import { mediaTypes } from "../media-types.ts";
import type { Image } from "../types.ts";
import { validateImage } from "../validate.ts";
import { atFirst, password, refuse, startFake, type FakeRegistry } from "./fake-registry.test-support.ts";
import { pull, type PullOptions } from "./pull.ts";
import { push } from "./push.ts";

let dir: string;
let amd64: Image;
let arm64: Image;
let registry: FakeRegistry;
let other: FakeRegistry;
let events: PublishEvent[];
const ctx = { report: (event: PublishEvent) => void events.push(event) };
const clock = listedClock();
const credentials = { username: "me", password };

beforeAll(async () => {
  events = [];
  dir = await mkdtemp(join(tmpdir(), "pull-test-"));
  [amd64, arm64] = [await imageOf("amd64"), await imageOf("arm64")];
});
afterAll(() => rm(dir, { recursive: true }));
beforeEach(async () => {
  [registry, other] = await Promise.all([startFake(), startFake()]);
  await push([amd64, arm64], `${registry.host}/a/b:v1`, { clock }, ctx);
  await push([amd64], `${registry.host}/a/b:one`, { clock }, ctx);
  events = [];
  registry.seen.splice(0);
});
afterEach(() => [registry, other].forEach(({ server }) => (server.closeAllConnections(), server.close())));

async function imageOf(architecture: string): Promise<Image> {
  const data = crypto.getRandomValues(Buffer.alloc(50_000));
  const layer = await writeLayer([{ name: `data/${architecture}`, mode: 0o444, source: data }], dir, "data", ctx);
  const config = canonicalJson({
    architecture,
    os: "linux",
    rootfs: { type: "layers", diff_ids: [layer.diffId] },
    history: [{ created_by: "data" }],
  });
  const { bytes, digest, mediaType } = ociManifest(config, [layer]);
  const platform = { os: "linux", architecture };
  return { platform, layers: [layer], config, configDigest: digestOf(config), manifest: bytes, mediaType, manifestDigest: digest };
}

const pullIt = (name: string, options: PullOptions = {}) => pull(`${registry.host}/a/b${name}`, { clock, ...options }, ctx);
const isBlobGet = ({ method }: IncomingMessage, path: string) => method === "GET" && path.includes("/blobs/");
/** The lines of the requests for an image's layer. */
const layerGets = ({ layers }: Image) => registry.seen.filter(({ line }) => line === `GET /v2/a/b/blobs/${layers[0]!.descriptor.digest}`);

describe("pull", () => {
  test.each([":v1", ":one"])("reads back what was pushed to %s", async (name) => {
    const image = await pullIt(name);
    await validateImage(image);
    expect(image).toMatchObject({ platform: amd64.platform, manifestDigest: amd64.manifestDigest, configDigest: amd64.configDigest });
    expect(image.layers.map(({ descriptor }) => descriptor)).toEqual(amd64.layers.map(({ descriptor }) => descriptor));
  });

  test("asks for a layer when it is opened, and not before", async () => {
    const image = await pullIt(":one");
    expect(layerGets(image)).toEqual([]);
    await buffer(image.layers[0]!.open());
    expect(layerGets(image)).toHaveLength(1);
  });

  test("takes the platform that is asked for, and the digest", async () => {
    expect((await pullIt(":v1", { platform: arm64.platform })).manifestDigest).toBe(arm64.manifestDigest);
    expect((await pullIt(`@${arm64.manifestDigest}`)).platform).toEqual(arm64.platform);
    const absent = pullIt(":v1", { platform: { os: "linux", architecture: "s390x" } });
    await expect(absent).rejects.toMatchObject({ code: "IMAGE_NOT_FOUND", facts: { platforms: "linux/amd64, linux/arm64" } });
  });

  test("keeps a manifest of schema 2 as it is, and its layers' types as OCI's", async () => {
    const { digest } = dockerManifest(amd64);
    await push([amd64], `${registry.host}/a/b:docker`, { clock, manifest: "docker" }, ctx);
    const image = await pullIt(":docker");
    expect(image).toMatchObject({ manifestDigest: digest, mediaType: mediaTypes.dockerManifest });
    expect(image.layers[0]!.descriptor.mediaType).toBe(mediaTypes.ociLayer);
    await validateImage(image);
  });

  test("says what there is not, in the registry's words", async () => {
    await expect(pullIt(":absent")).rejects.toMatchObject({
      code: "IMAGE_NOT_FOUND",
      facts: { detail: "MANIFEST_UNKNOWN manifest unknown" },
    });
  });

  test("asks for a token to read, and no more", async () => {
    const scopes: (string | null)[] = [];
    registry.misbehave = (request, response, path) => {
      if (path === "/token") {
        scopes.push(new URL(request.url!, "http://x").searchParams.get("scope"));
        response.end(JSON.stringify({ token: "t" }));
        return true;
      }
      return (
        request.headers.authorization !== "Bearer t" &&
        refuse(response, 401, { "www-authenticate": `Bearer realm="http://${registry.host}/token"` })
      );
    };
    await validateImage(await pullIt(":v1", { credentials }));
    expect(scopes).toEqual(["repository:a/b:pull"]);
  });

  test("says that pulling is not allowed", async () => {
    registry.misbehave = (_, response) => refuse(response, 401, { "www-authenticate": 'Basic realm="r"' });
    const error = (await pullIt(":v1", { credentials }).catch((reason: unknown) => reason)) as Error;
    expect(error.message).toContain("do not allow pulling from a/b");
  });
});

describe("a layer", () => {
  test("is read on from where the connection broke", async () => {
    const { digest } = amd64.layers[0]!.descriptor;
    const blob = registry.blobs.get(digest)!;
    const ranges: (string | undefined)[] = [];
    let answer: ServerResponse | undefined;
    registry.misbehave = ({ method, headers }, response, path) => {
      if (method !== "GET" || !path.endsWith(digest) || ranges.push(headers.range) > 2) return false;
      const start = Number(/\d+/.exec(headers.range ?? "")?.[0] ?? 0);
      response.writeHead(start > 0 ? 206 : 200, { "content-length": blob.length - start }).write(blob.subarray(start, start + 10_000));
      answer = response;
      return true;
    };
    const read: Uint8Array[] = [];
    for await (const chunk of (await pullIt(":one")).layers[0]!.open()) {
      read.push(chunk);
      if (Buffer.concat(read).length % 10_000 === 0) answer?.destroy();
    }
    expect(Buffer.concat(read)).toEqual(blob);
    expect(ranges).toEqual([undefined, "bytes=10000-", "bytes=20000-"]);
    expect(events.filter(({ type }) => type === "retrying")).toHaveLength(2);
  });

  test("is read on from a registry that knows no ranges", async () => {
    const { digest } = amd64.layers[0]!.descriptor;
    registry.misbehave = ({ method }, response, path) => {
      if (method !== "GET" || !path.endsWith(digest)) return false;
      response.end(registry.blobs.get(digest));
      return true;
    };
    const [layer] = (await pullIt(":one")).layers;
    expect(await buffer(layer!.open({ start: 12_345 }))).toEqual(registry.blobs.get(digest)!.subarray(12_345));
  });

  test("is refused when it has other bytes than its digest says", async () => {
    const { digest } = amd64.layers[0]!.descriptor;
    registry.blobs.set(digest, Buffer.from(registry.blobs.get(digest)!).fill(0, 100, 200));
    const [layer] = (await pullIt(":one")).layers;
    await expect(buffer(layer!.open())).rejects.toMatchObject({
      code: "IMAGE_UNREADABLE",
      message: expect.stringContaining("other bytes") as string,
    });
  });

  test("is given up when it never moves on, with the reason", async () => {
    const stalled = manualClock();
    const image = await pullIt(":one", { transferClock: stalled });
    registry.misbehave = ({ method }, response) => {
      const timer = setInterval(() => stalled.advance(61_000), 5);
      response.once("close", () => clearInterval(timer));
      return method === "GET";
    };
    const error = await buffer(image.layers[0]!.open()).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "REGISTRY_UNREACHABLE", facts: { reason: "ERR_TRANSFER_STALLED" } });
    expect(events.filter(({ type }) => type === "retrying")).toHaveLength(5);
  });

  test("comes from another origin without credentials", async () => {
    const basic = `Basic ${Buffer.from(`me:${password}`).toString("base64")}`;
    for (const [digest, blob] of registry.blobs) other.blobs.set(digest, blob);
    registry.misbehave = (request, response, path) => {
      if (request.headers.authorization !== basic) return refuse(response, 401, { "www-authenticate": 'Basic realm="r"' });
      if (!isBlobGet(request, path)) return false;
      response.writeHead(307, { location: `http://${other.host}${path}` }).end();
      return true;
    };
    await validateImage(await pullIt(":one", { credentials }));
    expect(other.seen.length).toBeGreaterThan(0);
    expect(other.seen.every(({ authorization }) => authorization === undefined)).toBe(true);
  });

  test("stops when it is told to", async () => {
    const stop = new AbortController();
    const image = await pullIt(":one");
    registry.misbehave = atFirst(1, isBlobGet, () => (stop.abort(), true));
    await expect(buffer(image.layers[0]!.open({ signal: stop.signal }))).rejects.toMatchObject({ name: "AbortError" });
  });
});
