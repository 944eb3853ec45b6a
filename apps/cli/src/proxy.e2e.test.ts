import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { makeScene, type Scene } from "./scene.test-support.ts";

let scene: Scene;
const asked: string[] = [];
const proxy = createServer((request, response) => {
  asked.push(`${request.method} ${request.url}`);
  response.writeHead(401).end();
}).on("connect", ({ url }, socket) => {
  asked.push(`CONNECT ${url}`);
  socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
});

beforeAll(async () => {
  scene = makeScene();
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
});
afterAll(() => {
  proxy.close();
  scene.remove();
});

const token = { FLY_API_TOKEN: "canary-token", HEROKU_API_KEY: "canary-token" };
const list = (provider: string, env: Record<string, string>) => scene.publishBeside(["list", provider, "--json"], { ...token, ...env });
const addressOf = (user = "") => `http://${user}127.0.0.1:${(proxy.address() as AddressInfo).port}`;

it.each([
  ["heroku", "HTTP_PROXY", { HEROKU_HOST: "http://heroku.internal" }, "GET http://heroku.internal/account"],
  ["fly", "http_proxy", { FLY_FLAPS_BASE_URL: "http://fly.internal" }, "GET http://fly.internal/v1/tokens/current"],
])("%s goes through the proxy that %s names", async (provider, name, env, request) => {
  asked.splice(0);
  const address = name === "http_proxy" ? addressOf().replace("http://", "") : addressOf();
  const { stdout } = await list(provider, { ...env, [name]: address });
  expect(JSON.parse(stdout)).toMatchObject({ error: { code: "CREDENTIALS_INVALID" } });
  expect(asked[0]).toBe(request);
});

it.each([
  ["fly", "api.machines.dev:443"],
  ["heroku", "api.heroku.com:443"],
])(
  "asks the proxy that HTTPS_PROXY names for a tunnel to %s, and does not show its password",
  { timeout: 60_000 },
  async (provider, host) => {
    asked.splice(0);
    const { stdout, stderr } = await list(provider, { HTTPS_PROXY: addressOf("me:canary-password@") });
    expect(new Set(asked)).toEqual(new Set([`CONNECT ${host}`]));
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: "HOST_UNREACHABLE", facts: { reason: "ERR_PROXY_TUNNEL" } } });
    expect(stdout + stderr).not.toContain("canary");
  },
);

it("reaches this machine without it", async () => {
  asked.splice(0);
  const own = createServer((_request, response) => response.writeHead(401).end());
  await new Promise<void>((resolve) => own.listen(0, "127.0.0.1", resolve));
  const base = `http://127.0.0.1:${(own.address() as AddressInfo).port}`;
  const { stdout } = await list("fly", { HTTP_PROXY: addressOf(), FLY_FLAPS_BASE_URL: base });
  own.close();
  expect(JSON.parse(stdout)).toMatchObject({ error: { code: "CREDENTIALS_INVALID" } });
  expect(asked).toEqual([]);
});

it("says when a proxy has no address, and does not show it", async () => {
  const { status, stdout } = await list("fly", { HTTPS_PROXY: "http://me:canary-password@:x" });
  expect(JSON.parse(stdout)).toMatchObject({ error: { code: "COMMAND_INVALID" } });
  expect(stdout).not.toContain("canary");
  expect(status).toBe(2);
});
