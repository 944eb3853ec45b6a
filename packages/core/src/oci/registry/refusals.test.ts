import { mkdtemp, rm } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { PublishEvent } from "../../events/events.ts";
import { listedClock } from "../../run/clock.test-support.ts";
import { manualClock } from "../../run/manual-clock.test-support.ts";
import { digestOf } from "../digest.ts";
import { writeLayer } from "../layer.ts";
import { dockerManifest, indexOf, ociManifest } from "../manifest.ts";
import { mediaTypes } from "../media-types.ts";
import type { Image } from "../types.ts";
import { atFirst, password, startFake, type FakeRegistry, type Misbehave } from "./fake-registry.test-support.ts";
import { push, type PushOptions } from "./push.ts";

let dir: string;
let image: Image;
let registry: FakeRegistry;
let events: PublishEvent[];
const credentials = { username: "me", password };

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "refusals-test-"));
  image = await imageOf("amd64");
});
afterAll(() => rm(dir, { recursive: true }));
beforeEach(async () => {
  events = [];
  registry = await startFake();
});
afterEach(() => (registry.server.closeAllConnections(), registry.server.close()));

async function imageOf(architecture: string): Promise<Image> {
  const layer = await writeLayer([{ name: "data/data.db", mode: 0o444, source: Buffer.from(architecture) }], dir, "data", {
    report: () => {},
  });
  const config = new TextEncoder().encode(JSON.stringify({ architecture }));
  const { bytes, digest, mediaType } = ociManifest(config, [layer]);
  const platform = { os: "linux", architecture };
  return { platform, layers: [layer], config, configDigest: digestOf(config), manifest: bytes, mediaType, manifestDigest: digest };
}

const pushIt = (options: PushOptions = {}, images = [image]) =>
  push(images, `${registry.host}/a/b:v1`, { clock: listedClock(), ...options }, { report: (event) => events.push(event) });
const failure = (options: PushOptions = {}) => pushIt(options).catch((error: unknown) => error);
const warnings = () => events.filter((event) => event.type === "warned");
const retries = () => events.filter((event) => event.type === "retrying");

/** Refuses what `when` holds of, in the words of the distribution-spec. */
function refuseWith(status: number, code: string, message: string, when: (request: IncomingMessage, path: string) => boolean): Misbehave {
  return (request, response, path) => when(request, path) && say(response, status, code, message);
}

function say(response: ServerResponse, status: number, code: string, message: string, headers: Record<string, string> = {}): true {
  response.writeHead(status, headers).end(JSON.stringify({ errors: [{ code, message }] }));
  return true;
}

const isPost = ({ method }: IncomingMessage) => method === "POST";
const isBlobPut = ({ method }: IncomingMessage, path: string) => method === "PUT" && path.includes("/uploads/");
const isManifestPut = ({ method }: IncomingMessage, path: string) => method === "PUT" && path.includes("/manifests/");
const isOci = (request: IncomingMessage, path: string) => isManifestPut(request, path) && /oci/.test(request.headers["content-type"] ?? "");
const challenge = { "www-authenticate": 'Basic realm="r"' };

describe("a refusal keeps the registry's own words", () => {
  const quota = "quota exceeded: 1 GB of 1 GB used";

  test.each<[string, Misbehave]>([
    ["at an upload's start", refuseWith(403, "DENIED", quota, isPost)],
    ["at a blob", refuseWith(403, "DENIED", quota, isBlobPut)],
    ["at a manifest", refuseWith(403, "DENIED", quota, isManifestPut)],
  ])("403 %s, where nobody asked for credentials", async (_, misbehave) => {
    registry.misbehave = misbehave;
    const error = (await failure({ credentials })) as Error;
    expect(error).toMatchObject({ code: "REGISTRY_REFUSED", facts: { status: 403, errorCodes: "DENIED" } });
    expect(error.message).toContain(`DENIED ${quota}`);
    expect(error.message).not.toContain("credentials");
  });

  test("403, with credentials", async () => {
    registry.misbehave = (request, response) =>
      request.headers.authorization === undefined
        ? say(response, 401, "UNAUTHORIZED", "authentication required", challenge)
        : isPost(request) && say(response, 403, "DENIED", quota);
    const error = (await failure({ credentials })) as Error;
    expect(error).toMatchObject({ code: "REGISTRY_UNAUTHORIZED", facts: { status: 403 } });
    expect(error.message).toBe(`${registry.host} does not allow pushing to a/b: DENIED ${quota}.`);
  });

  test("401, with and without credentials", async () => {
    registry.misbehave = (request, response) => isPost(request) && say(response, 401, "UNAUTHORIZED", `no: ${password}`, challenge);
    const error = (await failure({ credentials })) as Error;
    expect(error.message).toBe(`The credentials for ${registry.host} do not allow pushing to a/b: UNAUTHORIZED no: [secret].`);
    expect(((await failure()) as Error).message).toMatch(/wants credentials and there are none: UNAUTHORIZED no/);
  });

  test("a token server's, in its own form", async () => {
    registry.misbehave = (_, response, path) => {
      const realm = `Bearer realm="http://${registry.host}/token"`;
      if (path !== "/token") return say(response, 401, "UNAUTHORIZED", "", { "www-authenticate": realm });
      response.writeHead(401).end(JSON.stringify({ details: "incorrect username or password" }));
      return true;
    };
    expect(((await failure({ credentials })) as Error).message).toMatch(/: incorrect username or password\.$/);
  });

  test.each([
    [413, "SIZE_INVALID", /fewer or smaller files/],
    [507, "UNKNOWN", /make room/],
    [404, "NAME_UNKNOWN", /repository exists/],
    [409, "DENIED", /what the registry reports/],
    [200, "", /login page/],
  ])("%i, with what to do about it", async (status, code, advice) => {
    registry.misbehave = refuseWith(status, code, "its words", isPost);
    const error = (await failure()) as Error & { remedies: readonly { text?: string }[] };
    expect(error.message).toContain(`${code} its words`);
    expect(error.remedies[0]?.text).toMatch(advice);
  });

  test("errors that are none of the specification's", async () => {
    registry.misbehave = ({ method }, response) =>
      method === "POST" && (response.writeHead(400).end('{"errors":[null,{"code":{"a":1}},{"message":"why"}]}'), true);
    expect(await failure()).toMatchObject({ facts: { detail: "why", errorCodes: "" } });
  });
});

describe("what may pass is tried again, and each time that is told", () => {
  test.each([499, 520, 522])("status %i", async (status) => {
    registry.misbehave = atFirst(1, isPost, (response) => say(response, status, "UNKNOWN", "lost"));
    await pushIt();
    expect(registry.manifests.get("v1")).toBe(image.manifestDigest);
    expect(retries()).toMatchObject([{ code: "REGISTRY_REFUSED", attempt: 1, mostAttempts: 6, afterMs: expect.any(Number) as number }]);
    expect(retries()[0]?.reason).toContain(`status ${status}: UNKNOWN lost`);
  });

  test("an upload that the registry knows nothing of any more", async () => {
    registry.misbehave = atFirst(2, isBlobPut, (response) => say(response, 404, "BLOB_UPLOAD_UNKNOWN", "upload unknown"));
    await pushIt();
    expect(registry.manifests.get("v1")).toBe(image.manifestDigest);
    expect(retries()).toHaveLength(2);
  });

  test.each([1, 2])("a blob that arrived damaged %i times: once more, and no more", async (times) => {
    const digest = image.layers[0]!.descriptor.digest;
    let left = times;
    registry.misbehave = ({ method, url }, response) =>
      method === "PUT" && url!.includes(encodeURIComponent(digest)) && left-- > 0 && say(response, 400, "DIGEST_INVALID", "other bytes");
    const made = await pushIt().catch((error: unknown) => error);
    if (times === 1) expect(made).toMatchObject({ digest: image.manifestDigest });
    else expect(made).toMatchObject({ code: "REGISTRY_REFUSED", facts: { errorCodes: "DIGEST_INVALID" } });
    expect(retries()).toHaveLength(1);
  });

  test("a token that others used up", async () => {
    let issued = 0;
    let left = 0;
    registry.misbehave = ({ headers }, response, path) => {
      if (path === "/token") return ((left = 3), response.end(JSON.stringify({ token: `t${++issued}` })), true);
      if (headers.authorization === `Bearer t${issued}` && left-- > 0) return false;
      return say(response, 401, "UNAUTHORIZED", "used up", { "www-authenticate": `Bearer realm="http://${registry.host}/token"` });
    };
    await pushIt({ credentials });
    expect(registry.manifests.get("v1")).toBe(image.manifestDigest);
    expect(issued).toBeGreaterThan(1);
  });
});

async function* repeat(): AsyncGenerator<Uint8Array, void, undefined> {
  for (let i = 0; i < 1 << 10; i++) yield new Uint8Array(1 << 16);
}

describe("an upload whose bytes do not move for a minute ends", () => {
  test.each<[string, boolean]>([
    ["before its last byte", true],
    ["after its last byte", false],
  ])("%s", async (_, isLarge) => {
    const large = await writeLayer([{ name: "large", mode: 0o444, source: crypto.getRandomValues(Buffer.alloc(1 << 16)) }], dir, "large", {
      report: () => {},
    });
    const clock = manualClock();
    // More than the network takes by itself, if its reader stands still.
    const endless = { ...large, descriptor: { ...large.descriptor, size: 1 << 26 }, open: repeat };
    let stood = 0;
    let timer: NodeJS.Timeout | undefined;
    registry.misbehave = (request, response) => {
      if (request.method !== "PUT" || Number(request.headers["content-length"]) < 1000 || stood++ > 0) return false;
      if (!isLarge) request.resume();
      timer = setInterval(() => clock.advance(61_000), 10);
      response.once("close", () => clearInterval(timer));
      return true;
    };
    const pushed = isLarge ? { ...image, layers: [endless] } : { ...image, layers: [large] };
    const made = await pushIt({ transferClock: clock }, [pushed]).catch((error: unknown) => error);
    clearInterval(timer);
    expect(retries()[0]).toMatchObject({ code: "REGISTRY_UNREACHABLE", attempt: 1 });
    expect(retries()[0]?.reason).toContain("Nothing moved for too long.");
    // The endless blob is none that a registry takes; the other is stored at the second attempt.
    if (!isLarge) expect(made).toMatchObject({ digest: image.manifestDigest });
  });
});

describe("a registry that takes only schema 2 gets it", () => {
  test.each([
    [415, "UNSUPPORTED_MEDIA_TYPE"],
    [400, "MANIFEST_INVALID"],
    [400, "UNSUPPORTED"],
  ])("which answers %i %s", async (status, code) => {
    registry.misbehave = refuseWith(status, code, "oci.image.manifest is not supported", isOci);
    const { bytes, digest } = dockerManifest(image);
    expect(await pushIt()).toMatchObject({ digest });
    expect(registry.documents.get(registry.manifests.get("v1")!)).toEqual({
      bytes: Buffer.from(bytes),
      mediaType: mediaTypes.dockerManifest,
    });
    expect(warnings()).toMatchObject([{ code: "MANIFEST_CONVERTED", facts: { digest } }]);
  });

  test("of several platforms too", async () => {
    const images = [image, await imageOf("arm64")];
    registry.misbehave = refuseWith(415, "UNSUPPORTED", "", isOci);
    expect(await pushIt({}, images)).toMatchObject({ digest: indexOf(images, "docker").digest });
  });

  test("not one that refuses all, nor a push that asks for one family", async () => {
    registry.misbehave = refuseWith(400, "MANIFEST_INVALID", "no", isManifestPut);
    expect(await failure()).toMatchObject({ code: "REGISTRY_REFUSED", facts: { detail: "MANIFEST_INVALID no" } });
    registry.misbehave = refuseWith(415, "UNSUPPORTED", "", isOci);
    expect(await failure({ manifest: "oci" })).toMatchObject({ code: "REGISTRY_REFUSED", facts: { status: 415 } });
    expect(warnings()).toEqual([]);
  });
});
