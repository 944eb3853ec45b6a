import { createHash } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { endpointOf } from "./endpoint.ts";
import { connect, shownAddress } from "./engine.ts";
import { whose } from "./whose.test-support.ts";

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "endpoint-test-"));
  await addContext("desktop-linux", "unix:///home/me/.docker/run/docker.sock");
  await addContext("far", "tcp://me:canary@far.example:2376");
  await mkdir(join(home, ".docker", "contexts", "tls", idOf("far"), "docker"), { recursive: true });
});
afterAll(() => rm(home, { recursive: true }));

const idOf = (name: string) => createHash("sha256").update(name).digest("hex");

async function addContext(name: string, host: string): Promise<void> {
  const dir = join(home, ".docker", "contexts", "meta", idOf(name));
  await mkdir(dir, { recursive: true });
  await writeFile(join(dir, "meta.json"), JSON.stringify({ Name: name, Endpoints: { docker: { Host: host, SkipTLSVerify: false } } }));
}

const use = (config: string) => writeFile(join(home, ".docker", "config.json"), config);

describe.skipIf(process.platform === "win32")("the engine is looked for", () => {
  it("at the context that is in use", async () => {
    await use('{"currentContext":"desktop-linux"}');
    expect(endpointOf(whose({ HOME: home }))).toEqual({
      address: "unix:///home/me/.docker/run/docker.sock",
      context: "desktop-linux",
      tls: false,
    });
    expect(endpointOf(whose({ HOME: "/nowhere", DOCKER_CONFIG: join(home, ".docker") })).address).toContain("/home/me");
  });

  it("at the context of DOCKER_CONTEXT before that, with its certificates", async () => {
    await use('{"currentContext":"desktop-linux"}');
    const env = { HOME: home, DOCKER_CONTEXT: "far" };
    expect(endpointOf(whose(env))).toEqual({
      address: "tcp://me:canary@far.example:2376",
      context: "far",
      tls: true,
      certificates: join(home, ".docker", "contexts", "tls", idOf("far"), "docker"),
    });
    expect(shownAddress(whose(env))).toBe("tcp://far.example:2376");
  });

  it("at DOCKER_HOST before all contexts", () => {
    const env = { HOME: home, DOCKER_CONTEXT: "far", DOCKER_HOST: "tcp://near:2375", DOCKER_TLS_VERIFY: "1", DOCKER_CERT_PATH: "/certs" };
    expect(endpointOf(whose(env))).toEqual({ address: "tcp://near:2375", tls: true, certificates: "/certs" });
  });

  it.each(['{"currentContext":"default"}', "{}", "no JSON"])("at the default socket with %s", async (config) => {
    await use(config);
    expect(endpointOf(whose({ HOME: home }))).toEqual({ address: "unix:///var/run/docker.sock", tls: false });
  });

  it("at DOCKER_HOST alone for a user of another machine", async () => {
    await use('{"currentContext":"desktop-linux"}');
    const theirs = whose({ HOME: home, DOCKER_HOST: "tcp://near:2375" }, false);
    expect(endpointOf(theirs).address).toBe("tcp://near:2375");
    for (const env of [{}, { HOME: home }, { HOME: home, DOCKER_CONTEXT: "far" }])
      await expect(connect(whose(env, false))).rejects.toMatchObject({ code: "ENGINE_UNREACHABLE", facts: { address: null } });
  });

  it("nowhere when there is no such context", () => {
    expect(() => endpointOf(whose({ HOME: home, DOCKER_CONTEXT: "gone" }))).toThrow(
      expect.objectContaining({ code: "ENGINE_UNREACHABLE", facts: { context: "gone" } }),
    );
  });
});
