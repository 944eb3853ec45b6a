import { mkdtemp, rm, writeFile } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { digestOf } from "../digest.ts";
import { writeLayer } from "../layer.ts";
import { ociManifest } from "../manifest.ts";
import type { Image } from "../types.ts";
import { tooLong } from "../../http/read.ts";
import { listedClock } from "../../run/clock.test-support.ts";
import { atFirst, password, refuse, startFake, type FakeRegistry } from "./fake-registry.test-support.ts";
import { push, type PushOptions } from "./push.ts";

const ctx = { report: () => {} };
const credentials = { username: "me", password };

let dir: string;
let image: Image;
let registry: FakeRegistry;
let other: FakeRegistry;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "push-test-"));
  const file = join(dir, "data.db");
  await writeFile(file, Buffer.from(Array.from({ length: 40_000 }, (_, index) => Math.imul(index, 2654435761) >>> 13)));
  const layer = await writeLayer([{ name: "data/data.db", mode: 0o444, source: file }], dir, "data", ctx);
  const config = new TextEncoder().encode("{}");
  const { bytes, digest, mediaType } = ociManifest(config, [layer]);
  const platform = { os: "linux", architecture: "amd64" } as const;
  image = { platform, layers: [layer], config, configDigest: digestOf(config), manifest: bytes, mediaType, manifestDigest: digest };
});
afterAll(() => rm(dir, { recursive: true }));
const clock = listedClock();
beforeEach(async () => {
  clock.pauses.splice(0);
  [registry, other] = await Promise.all([startFake(), startFake()]);
});
afterEach(() => [registry, other].forEach(({ server }) => (server.closeAllConnections(), server.close())));

const pushIt = (options: PushOptions = {}, signal?: AbortSignal) =>
  push([image], `${registry.host}/a/b:v1`, { clock, ...options }, signal === undefined ? ctx : { ...ctx, signal });

/** What the registry holds, and what it is to hold after a push. */
const stored = () => ({ blobs: [...registry.blobs.keys()].sort(), tag: registry.manifests.get("v1") });
const whole = () => ({
  blobs: [image.configDigest, ...image.layers.map(({ descriptor }) => descriptor.digest)].sort(),
  tag: image.manifestDigest,
});

describe("push", () => {
  test("sends whole blobs with their length", async () => {
    await pushIt();
    expect(stored()).toEqual(whole());
    const puts = registry.seen.filter(({ line }) => line.startsWith("PUT")).map(({ length }) => Number(length));
    expect(puts.toSorted()).toEqual([image.layers[0]?.descriptor.size ?? 0, 2, image.manifest.length].toSorted());
  });

  test.each([500, 502, 503, 504])("tries again after %i, with the whole body", async (status) => {
    registry.misbehave = atFirst(
      2,
      ({ method }) => method === "PUT",
      (response) => refuse(response, status),
    );
    await pushIt();
    expect(stored()).toEqual(whole());
  });

  test("tries again when the connection breaks in the middle of a body", async () => {
    registry.misbehave = atFirst(
      2,
      ({ method }) => method === "PUT",
      (response) => response.socket?.destroy() !== undefined,
    );
    await pushIt();
    expect(stored()).toEqual(whole());
  });

  test.each([true, false])("asks again whether a repository is known only when it was just made: %s", async (isNew) => {
    registry.misbehave = atFirst(
      1,
      ({ method }) => method === "POST",
      (response) => refuse(response, 404),
    );
    if (!isNew) return expect(pushIt()).rejects.toMatchObject({ code: "REGISTRY_REFUSED", facts: { status: 404 } });
    await pushIt({ isNew });
    expect(stored()).toEqual(whole());
  });

  test("waits as long as Retry-After says", async () => {
    registry.misbehave = atFirst(
      1,
      ({ method }, path) => method === "PUT" && path.endsWith("/v1"),
      (response) => refuse(response, 429, { "retry-after": "7" }),
    );
    await pushIt();
    expect(stored()).toEqual(whole());
    expect(clock.pauses).toEqual([7000]);
  });

  test("gives up at once when it is to wait for an hour", async () => {
    registry.misbehave = (_, response) => refuse(response, 429, { "retry-after": "3600" });
    await expect(pushIt()).rejects.toMatchObject({ code: "REGISTRY_REFUSED", facts: { status: 429 } });
  });

  test("does not try again what cannot pass, and names the request without its query", async () => {
    registry.misbehave = ({ method }, response, path) => method === "PUT" && path.includes("/uploads/") && refuse(response, 413);
    const error = await pushIt({ credentials }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      code: "REGISTRY_REFUSED",
      facts: { status: 413, request: `PUT http://${registry.host}/v2/a/b/blobs/uploads/session` },
    });
    expect(registry.seen.filter(({ line }) => line.startsWith("PUT")).length).toBeLessThanOrEqual(2);
  });

  test("names a registry that is not there", async () => {
    registry.server.close();
    await expect(pushIt()).rejects.toMatchObject({ code: "REGISTRY_UNREACHABLE", facts: { reason: "ECONNREFUSED" } });
  });

  test("asks a registry that is not trusted once", async () => {
    const cause = Object.assign(new Error("no"), { code: "DEPTH_ZERO_SELF_SIGNED_CERT" });
    const fetch = vi.fn<typeof globalThis.fetch>(() => Promise.reject(new TypeError("fetch failed", { cause })));
    await expect(pushIt({ fetch })).rejects.toMatchObject({
      code: "REGISTRY_UNREACHABLE",
      remedies: [{ action: "advise", text: expect.stringContaining("NODE_EXTRA_CA_CERTS") as string }, { action: "retry" }],
    });
    expect(fetch.mock.calls.length).toBeLessThanOrEqual(2);
  });

  test.each(["nothing", "drips"])("tries again when it gets %s for a minute", async (what) => {
    const { timeout } = AbortSignal;
    vi.spyOn(AbortSignal, "timeout").mockImplementation(() => timeout.call(AbortSignal, 200));
    let tokens = 0;
    other.misbehave = (_, response) => {
      if (tokens++ > 0) return (response.end(JSON.stringify({ token: "t" })), true);
      if (what === "drips") {
        const drip = setInterval(() => response.write(" "), 50);
        response.on("close", () => clearInterval(drip));
      }
      return true;
    };
    wantBearer(() => "Bearer t");
    await pushIt({ credentials });
    expect(stored()).toEqual(whole());
    vi.restoreAllMocks();
  });

  test("reads an error up to 64 kB", async () => {
    registry.misbehave = ({ method }, response) => method === "POST" && (response.writeHead(400).end(" ".repeat(1 << 17)), true);
    await expect(pushIt()).rejects.toMatchObject({ code: "REGISTRY_REFUSED", facts: { status: 400, detail: tooLong } });
  });

  test("stops when it is told to", async () => {
    const stop = new AbortController();
    registry.misbehave = () => (stop.abort(), true);
    await expect(pushIt({}, stop.signal)).rejects.toMatchObject({ name: "AbortError" });
  });

  test("refuses another digest than it sent", async () => {
    registry.misbehave = ({ method }, response, path) =>
      method === "PUT" &&
      path.includes("/manifests/") &&
      (response.writeHead(201, { "docker-content-digest": image.configDigest }).end(), true);
    await expect(pushIt()).rejects.toMatchObject({ code: "REGISTRY_REFUSED" });
  });
});

function wantBearer(accepted: () => string): void {
  const challenge = `Bearer realm="http://${other.host}/token",service="registry",scope="repository:a/b:push,pull"`;
  registry.misbehave = ({ headers }, response) =>
    headers.authorization !== accepted() && refuse(response, 401, { "www-authenticate": challenge });
}

describe("authorization", () => {
  const basic = `Basic ${Buffer.from(`me:${password}`).toString("base64")}`;

  test("answers a Basic challenge", async () => {
    registry.misbehave = ({ headers }, response) =>
      headers.authorization !== basic && refuse(response, 401, { "www-authenticate": 'Basic realm="r"' });
    await pushIt({ credentials });
    expect(stored()).toEqual(whole());
  });

  test("gets a token from the token server, and a new one when it expires", async () => {
    let issued = 0;
    other.misbehave = (_, response) => (response.end(JSON.stringify({ token: `token-${++issued}` })), true);
    let puts = 0;
    wantBearer(() => (issued < 2 && puts > 0 ? "Bearer expired" : `Bearer token-${issued}`));
    const inner = registry.misbehave;
    registry.misbehave = (request, response, path) => (request.method === "PUT" && puts++, inner(request, response, path));
    await pushIt({ credentials });
    expect(stored()).toEqual(whole());
    expect(issued).toBe(2);
    expect(other.seen[0]).toMatchObject({ line: "GET /token", authorization: basic });
  });

  test("exchanges an identity token", async () => {
    other.misbehave = (_, response) => (response.end(JSON.stringify({ access_token: "t" })), true);
    wantBearer(() => "Bearer t");
    await pushIt({ credentials: { identityToken: password } });
    expect(stored()).toEqual(whole());
    expect(other.seen[0]).toMatchObject({ line: "POST /token", authorization: undefined });
  });

  test("says who is refused, and no secret", async () => {
    registry.misbehave = (_, response) => refuse(response, 401, { "www-authenticate": 'Basic realm="r"' });
    const error = await pushIt({ credentials }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "REGISTRY_UNAUTHORIZED", facts: { status: 401, registry: registry.host } });
    expect(`${(error as Error).message}${JSON.stringify(error)}`).not.toContain(password);
    await expect(pushIt()).rejects.toMatchObject({ code: "REGISTRY_UNAUTHORIZED" });
  });

  test("never carries credentials to another origin", async () => {
    const redirect = (response: ServerResponse, path: string) => (
      response.writeHead(307, { location: `http://${other.host}${path}` }).end(),
      true
    );
    registry.misbehave = ({ method, headers }, response, path) => {
      if (headers.authorization !== basic) return refuse(response, 401, { "www-authenticate": 'Basic realm="r"' });
      if (method === "HEAD" && path.includes("/blobs/")) return redirect(response, path);
      if (method !== "POST") return false;
      response.writeHead(202, { location: `http://${other.host}/v2/a/b/blobs/uploads/session?state=token` }).end();
      return true;
    };
    await pushIt({ credentials });
    expect(other.blobs.size).toBe(2);
    expect(other.seen.map(({ line }) => line.split(" ")[0])).toContain("HEAD");
    expect(other.seen.every(({ authorization }) => authorization === undefined)).toBe(true);
  });

  test.each([password, "pw-3"])("hides what it sent, as it sent it, when a registry repeats it", async (short) => {
    registry.misbehave = ({ method, headers }, response) => {
      const { authorization = "" } = headers;
      if (authorization === "") return refuse(response, 401, { "www-authenticate": 'Basic realm="r"' });
      if (method !== "POST") return false;
      response.writeHead(400).end(JSON.stringify({ errors: [{ code: "DENIED", message: `no: ${authorization}` }] }));
      return true;
    };
    const error = await pushIt({ credentials: { username: "me", password: short } }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "REGISTRY_REFUSED", facts: { detail: "DENIED no: Basic [secret]" } });
  });

  test("answers no challenge of another origin", async () => {
    registry.misbehave = (_, response, path) => (response.writeHead(307, { location: `http://${other.host}${path}` }).end(), true);
    other.misbehave = (_, response) => refuse(response, 401, { "www-authenticate": `Bearer realm="http://${other.host}/token"` });
    await expect(pushIt({ credentials })).rejects.toMatchObject({ code: "REGISTRY_UNAUTHORIZED" });
    expect(other.seen.map(({ line }) => line)).not.toContain("GET /token");
    expect(other.seen.every(({ authorization }) => authorization === undefined)).toBe(true);
  });

  test("does not follow a redirect away from safe addresses, nor for ever", async () => {
    for (const location of ["http://example.com/x", "https://me:hunter3@example.com/x"]) {
      registry.misbehave = (_, response) => (response.writeHead(307, { location }).end(), true);
      await expect(pushIt()).rejects.toMatchObject({
        code: "REGISTRY_REFUSED",
        facts: { detail: expect.stringContaining("not safe") as string },
      });
    }
    registry.misbehave = (_, response, path) => (response.writeHead(307, { location: path }).end(), true);
    await expect(pushIt()).rejects.toMatchObject({ code: "REGISTRY_REFUSED", facts: { detail: "too many redirects" } });
  });
});
