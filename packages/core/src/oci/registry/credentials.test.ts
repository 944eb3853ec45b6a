import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseChallenges } from "./auth.ts";
import type { Environment } from "../../http/environment.ts";
import { findCredentials } from "./credentials.ts";
import { endpointOf } from "./endpoint.ts";
import { parseRetryAfter } from "../../http/retry.ts";

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "credentials-test-"));
  await helper("good", 'read server; echo "{\\"Username\\":\\"me\\",\\"Secret\\":\\"of $server\\"}"');
  await helper("token", 'echo "{\\"Username\\":\\"<token>\\",\\"Secret\\":\\"t\\"}"');
  await helper("none", 'echo "credentials not found in native keychain"; exit 1');
  await helper("endless", "exec yes s3cret");
  await helper("broken", "echo s3cret; exit 3");
});
afterAll(() => rm(dir, { recursive: true }));

async function helper(name: string, script: string): Promise<void> {
  const path = join(dir, `docker-credential-${name}`);
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
}

async function envWith(config: unknown, more: Environment = {}): Promise<Environment> {
  await writeFile(join(dir, "config.json"), typeof config === "string" ? config : JSON.stringify(config));
  return { DOCKER_CONFIG: dir, PATH: `${dir}${delimiter}${process.env["PATH"]}`, ...more };
}

const auth = Buffer.from("me:pass:word").toString("base64");
const found = { username: "me", password: "pass:word" };

describe("findCredentials", () => {
  test.each([
    ["ghcr.io", { auths: { "ghcr.io": { auth } } }, found],
    ["localhost:5000", { auths: { "https://localhost:5000/v1/": { auth } } }, found],
    ["docker.io", { auths: { "https://index.docker.io/v1/": { auth } } }, found],
    ["a.io", { auths: { "a.io": { identitytoken: "t" } } }, { identityToken: "t" }],
    ["a.io", { auths: { "b.io": { auth }, "a.io": {} } }, null],
    ["a.io", { credHelpers: { "a.io": "good" }, credsStore: "broken" }, { username: "me", password: "of a.io" }],
    ["docker.io", { credsStore: "good" }, { username: "me", password: "of https://index.docker.io/v1/" }],
    ["a.io", { credsStore: "token" }, { identityToken: "t" }],
    ["a.io", { credsStore: "none", auths: { "a.io": { auth } } }, found],
    ["a.io", {}, null],
  ])("for %s in %j", async (registry, config, expected) => {
    expect(await findCredentials(registry, await envWith(config))).toEqual(expected);
  });

  test.each([
    ["not JSON", '{"auths": {"a.io": {"auth": "s3cret'],
    ["not base64 of a pair", { auths: { "a.io": { auth: "s3cret" } } }],
    ["a helper that fails", { credsStore: "broken" }],
    ["a helper that never stops", { credsStore: "endless" }],
    ["a helper that is not there", { credsStore: "absent" }],
    ["a helper's name that is a path", { credsStore: "../../s3cret/.." }],
  ])("refuses %s without repeating it", async (_, config) => {
    const error = await findCredentials("a.io", await envWith(config)).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "CREDENTIALS_INVALID" });
    expect((error as Error).cause).toBeUndefined();
  });

  test("reads REGISTRY_AUTH_FILE first, and survives without any file", async () => {
    const path = join(dir, "auth.json");
    await writeFile(path, JSON.stringify({ auths: { "a.io": { auth } } }));
    const config = { auths: { "a.io": { identitytoken: "later" } } };
    expect(await findCredentials("a.io", await envWith(config, { REGISTRY_AUTH_FILE: path }))).toEqual(found);
    expect(await findCredentials("a.io", { HOME: join(dir, "absent") })).toBeNull();
  });
});

test("parseChallenges reads several challenges with quoted values", () => {
  expect(parseChallenges('Basic realm="a, \\"b\\"", Bearer realm="https://x/t",service=s,scope="repository:a:pull,push"')).toEqual([
    { scheme: "basic", parameters: { realm: 'a, "b"' } },
    { scheme: "bearer", parameters: { realm: "https://x/t", service: "s", scope: "repository:a:pull,push" } },
  ]);
});

test("parseRetryAfter reads seconds and dates", () => {
  expect(parseRetryAfter("7", 0)).toBe(7000);
  expect(parseRetryAfter("Thu, 01 Jan 1970 00:00:09 GMT", 4000)).toBe(5000);
  expect(parseRetryAfter("soon", 0)).toBeNull();
  expect(parseRetryAfter(null, 0)).toBeNull();
});

test.each([
  ["docker.io", "https://registry-1.docker.io/v2/"],
  ["ghcr.io", "https://ghcr.io/v2/"],
  ["localhost:5000", "http://localhost:5000/v2/"],
  ["127.0.0.1:5000", "http://127.0.0.1:5000/v2/"],
  ["[::1]:5000", "http://[::1]:5000/v2/"],
  ["localhost.example.com", "https://localhost.example.com/v2/"],
])("endpointOf %s is %s", (registry, url) => {
  expect(endpointOf({ registry }).href).toBe(url);
});
