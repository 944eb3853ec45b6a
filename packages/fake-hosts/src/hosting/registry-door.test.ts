import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { push, type Image } from "@datasette-publish/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { realPart, sampleImage, startRegistry, type RunningRegistry } from "@datasette-publish/testkit";
import { readBasic, registryDoor } from "./registry-door.ts";

test.each([
  [undefined, "", ""],
  ["Bearer abc", "", ""],
  [`Basic ${btoa("_:to:ken")}`, "_", "to:ken"],
  [`basic ${btoa(":token")}`, "", "token"],
])("reads %s", (header, user, password) => {
  expect(readBasic(header)).toEqual({ user, password });
});

describe.skipIf(!realPart("registry"))("a door to a real registry", () => {
  const ctx = { report: () => {} };
  const credentials = { username: "_", password: "right" };
  let dir: string;
  let registry: RunningRegistry;
  let server: Server;
  let host: string;
  let image: Image;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "door-test-"));
    registry = await startRegistry();
    image = await sampleImage(dir, randomBytes(3_000_000));
    const door = registryDoor({
      registry: registry.host,
      authorize: (user, password) => user === "_" && password === "right",
      mayUse: (repository) => repository.startsWith("mine/"),
      refuseOci: true,
    });
    server = createServer((request, response) => {
      void door(request, response, new URL(request.url ?? "/", "http://127.0.0.1")).then((done) => done || response.writeHead(404).end());
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    host = `localhost:${(server.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    server.close();
    server.closeAllConnections();
    await registry.stop();
    await rm(dir, { recursive: true });
  });

  test("takes a Docker manifest, every byte of it through the door", async () => {
    const locations: string[] = [];
    const watch: typeof fetch = async (input, init) => {
      const response = await fetch(input, init);
      const location = response.headers.get("location");
      if (location !== null) locations.push(new URL(location, `http://${host}`).host);
      return response;
    };
    const { digest } = await push([image], `${host}/mine/web:v1`, { manifest: "docker", credentials, fetch: watch }, ctx);
    expect(new Set(locations)).toEqual(new Set([host]));
    const stored = await fetch(`${registry.url}/v2/mine/web/manifests/${digest}`, {
      headers: { accept: "application/vnd.docker.distribution.manifest.v2+json" },
    });
    expect(await stored.json()).toMatchObject({ config: { digest: image.configDigest } });
  });

  test("refuses an OCI manifest", async () => {
    await expect(push([image], `${host}/mine/web:oci`, { credentials }, ctx)).rejects.toMatchObject({
      code: "REGISTRY_REFUSED",
      facts: { status: 405 },
    });
  });

  test("refuses who is not authorized, and repositories that are not theirs", async () => {
    const anonymous = await fetch(`http://${host}/v2/`);
    expect(anonymous.status).toBe(401);
    expect(anonymous.headers.get("www-authenticate")).toMatch(/^Basic realm=/);
    const wrong = { username: "_", password: "wrong" };
    await expect(push([image], `${host}/mine/web`, { manifest: "docker", credentials: wrong }, ctx)).rejects.toMatchObject({
      code: "REGISTRY_UNAUTHORIZED",
    });
    await expect(push([image], `${host}/theirs/web`, { manifest: "docker", credentials }, ctx)).rejects.toMatchObject({
      code: "REGISTRY_UNAUTHORIZED",
    });
  });

  test("leaves other paths alone", async () => {
    expect((await fetch(`http://${host}/v2x`)).status).toBe(404);
  });
});
