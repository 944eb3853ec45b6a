import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LoginContext } from "@datasette-publish/core/provider";
import { expect, it } from "vitest";
import { architectureOf, connect, shownAddress, type Engine } from "./engine.ts";
import { containersOf } from "./label.ts";
import { whose } from "./whose.test-support.ts";

const refuse = () => Promise.reject(Object.assign(new Error("no"), { statusCode: 500 }));

it.each([
  ["tcp://me:canary@10.0.0.1:2375", "tcp://10.0.0.1:2375"],
  ["me:canary@host:2375", "host:2375"],
  ["http://canary@host:2375", "http://host:2375"],
  ["me:can/ary@host:2375", "host:2375"],
  ["ssh://me@host", "ssh://host"],
  ["unix:///run/a@b.sock", "unix:///run/a@b.sock"],
])("shows no user and no password of %s", (address, shown) => {
  expect(shownAddress(whose({ DOCKER_HOST: address }))).toBe(shown);
});

it("says what the engine refused, whatever it was asked", async () => {
  const engine = { info: refuse, listContainers: refuse } as unknown as Engine;
  const ctx = whose({}) as LoginContext;
  await expect(architectureOf(ctx, engine)).rejects.toMatchObject({ code: "ENGINE_REFUSED" });
  await expect(containersOf(ctx, engine, "pets")).rejects.toMatchObject({ code: "ENGINE_REFUSED" });
});

it("asks for no client certificate where DOCKER_CERT_PATH has none", async () => {
  const dir = await mkdtemp(join(tmpdir(), "certificates-"));
  await writeFile(join(dir, "ca.pem"), "");
  const env = { DOCKER_HOST: "tcp://127.0.0.1:2376", DOCKER_TLS_VERIFY: "1", DOCKER_CERT_PATH: dir };
  expect(await connect(whose(env)).finally(() => rm(dir, { recursive: true }))).toBeUndefined();
});

it("says that the engine's certificates cannot be read", async () => {
  const env = { DOCKER_HOST: "tcp://127.0.0.1:2376", DOCKER_TLS_VERIFY: "1", DOCKER_CERT_PATH: "/nowhere" };
  await expect(connect(whose(env))).rejects.toMatchObject({ code: "CREDENTIALS_INVALID", facts: { reason: "ENOENT" } });
});
