import { expect, it } from "vitest";
import { architectureOf, connect, shownAddress, type Engine } from "./engine.ts";
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

it("says that the engine's certificates cannot be read", async () => {
  const env = { DOCKER_HOST: "tcp://127.0.0.1:2376", DOCKER_TLS_VERIFY: "1", DOCKER_CERT_PATH: "/nowhere" };
  await expect(connect(env)).rejects.toMatchObject({ code: "CREDENTIALS_INVALID", facts: { reason: "ENOENT" } });
});
