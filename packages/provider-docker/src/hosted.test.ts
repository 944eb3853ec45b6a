import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { manage, publish, unpublish, type HostContext } from "@datasette-publish/core";
import { fakeRuntime, freePort } from "@datasette-publish/testkit";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FakeEngine } from "./fake-engine.ts";
import { docker } from "./provider.ts";

const ctx = { report: () => {} };

async function logs(host: HostContext): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of docker.logs?.(host, { follow: false, lines: 10 }) ?? []) lines.push(line);
  return lines;
}

describe("the container of --run", () => {
  let dir: string;
  let engine: FakeEngine;
  let port: number;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), "docker-hosted-"));
    await writeFile(join(dir, "pets.csv"), "name,legs\nRex,4\n");
    engine = new FakeEngine(dir);
    await engine.listen();
    port = await freePort();
  });
  afterEach(async () => {
    await engine.close();
    await rm(dir, { recursive: true, force: true });
  });

  const request = () => ({ paths: [join(dir, "pets.csv")], site: { name: "pets" }, options: {}, env: engine.env });
  const start = () =>
    publish(
      docker,
      {
        ...request(),
        convert: {},
        options: { run: true, port },
        runtime: (platform) => fakeRuntime(platform, join(dir, "runtime")),
      },
      ctx,
    );
  const status = () => manage(docker, request(), ctx, async (host) => docker.status?.(host));
  const list = () => manage(docker, request(), ctx, async (host) => docker.list?.(host));

  it("has a state, an address and a log", async () => {
    await start();
    const url = `http://127.0.0.1:${port}/`;
    expect(await status()).toMatchObject({
      name: "pets",
      url,
      state: "running",
      releases: [{ current: true, description: "pets:latest", createdAt: "2023-11-14T22:13:20.000Z" }],
      facts: { container: "datasette-pets" },
    });
    expect(await list()).toEqual([{ name: "pets", url }]);
    expect(await manage(docker, request(), ctx, logs)).toEqual(["last words"]);
    if (engine.containers[0]) engine.containers[0].running = false;
    expect(await status()).toMatchObject({ state: "stopped" });
  });

  it("goes with its image", async () => {
    await start();
    expect(engine.images).toEqual(new Set(["pets:latest"]));
    await unpublish(docker, request(), ctx);
    expect(engine.containers).toEqual([]);
    expect(engine.images).toEqual(new Set());
  });

  it("is not there before it is published", async () => {
    expect(await status()).toBeNull();
    expect(await list()).toEqual([]);
    await expect(unpublish(docker, request(), ctx)).rejects.toMatchObject({ code: "NOT_PUBLISHED" });
  });

  it("needs an engine", async () => {
    const elsewhere = { ...request(), env: { DOCKER_HOST: "unix:///nowhere/docker.sock" } };
    await expect(manage(docker, elsewhere, ctx, async (host) => docker.list?.(host))).rejects.toMatchObject({ code: "ENGINE_UNREACHABLE" });
  });
});
