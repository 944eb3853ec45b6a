import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Site } from "@datasette-publish/core";
import { expect, it } from "vitest";
import { architectureOf, shownAddress, type Engine } from "./engine.ts";
import { awaitHealth } from "./health.ts";
import { containersOf } from "./label.ts";

const refuse = () => Promise.reject(Object.assign(new Error("no"), { statusCode: 500 }));

it.each([
  ["tcp://me:canary@10.0.0.1:2375", "tcp://me@10.0.0.1:2375"],
  ["me:canary@host:2375", "me@host:2375"],
  ["ssh://me@host", "ssh://me@host"],
  ["unix:///run/a@b.sock", "unix:///run/a@b.sock"],
])("shows no password of %s", (address, shown) => {
  expect(shownAddress({ DOCKER_HOST: address })).toBe(shown);
});

it("says what the engine refused, whatever it was asked", async () => {
  const engine = { info: refuse, listContainers: refuse } as unknown as Engine;
  await expect(architectureOf(engine)).rejects.toMatchObject({ code: "ENGINE_REFUSED" });
  await expect(containersOf(engine, "pets")).rejects.toMatchObject({ code: "ENGINE_REFUSED" });
});

it("asks for no table that could not be counted", async () => {
  const server = createServer(({ url }, response) => response.writeHead(url === "/-/versions.json" ? 200 : 500).end("{}"));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const table = { name: "map", rows: 0, uncounted: true, source: null, columns: [] };
  const site = { dataset: { databases: [{ name: "data", tables: [table] }] } } as unknown as Site;
  const { port } = server.address() as AddressInfo;
  try {
    expect(await awaitHealth(`http://127.0.0.1:${port}/`, site, 500, async () => false)).toBeNull();
  } finally {
    server.close();
  }
});
