import { writeFile } from "node:fs/promises";
import { openProject, manage, rollback, unpublish, type HostContext } from "@datasette-publish/core";
import { publishSite, type SiteRequest } from "@datasette-publish/testkit";
import { describe, expect, it } from "vitest";
import docker from "./index.ts";
import { dockerScene } from "./scene.test-support.ts";

const ctx = { report: () => {} };

async function logs(host: HostContext): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of docker.logs?.(host, { follow: false, lines: 10 }) ?? []) lines.push(line);
  return lines;
}

describe("the container of --run", () => {
  const scene = dockerScene();

  const request = () => ({ project: openProject([scene.pets], { name: "pets" }), options: {}, env: scene.engine.env });
  const start = (more: Partial<SiteRequest> = {}) =>
    publishSite(
      docker,
      {
        ...request(),
        options: { run: true, port: scene.port },
        runtime: scene.runtime,
        ...more,
      },
      ctx,
    );
  const status = () => manage(docker, request(), ctx, async (host) => docker.status?.(host));
  const images = async () => (await status())?.releases.map(({ description }) => description);
  const list = () => manage(docker, request(), ctx, async (host) => docker.list?.(host));

  it("has a state, an address and a log", async () => {
    await start();
    const url = `http://127.0.0.1:${scene.port}/`;
    expect(await status()).toMatchObject({
      name: "pets",
      url,
      state: "running",
      releases: [{ current: true, description: "pets:latest", createdAt: "2023-11-14T22:13:20.000Z" }],
      facts: { container: "datasette-pets" },
    });
    expect(await list()).toEqual([{ name: "pets", url }]);
    expect(await manage(docker, request(), ctx, logs)).toEqual(["last words"]);
    if (scene.engine.containers[0]) scene.engine.containers[0].running = false;
    expect(await status()).toMatchObject({ state: "stopped" });
  });

  it("goes back to the image from before, with its variables and memory, and forgets the one before that", async () => {
    const legs = (count: number) => writeFile(scene.pets, `name,legs\nRex,${count}\n`);
    await start({ variables: ["LEFT=first-value"], options: { run: true, port: scene.port, memory: 256 } });
    expect(await images()).toEqual(["pets:latest"]);
    const [first] = scene.engine.images.keys();
    await legs(5);
    await start({ options: { run: true, port: scene.port, memory: 256 } });
    expect(await images()).toEqual(["pets:latest", first]);
    await rollback(docker, request(), undefined, ctx);
    expect(scene.engine.containers).toMatchObject([{ name: "datasette-pets", running: true, image: first }]);
    expect(scene.engine.containers[0]?.spec.Env).toContain("LEFT=first-value");
    expect(scene.engine.containers[0]?.spec.HostConfig).toMatchObject({
      Memory: 256 * 1024 ** 2,
      PortBindings: { "8006/tcp": [{ HostIp: "127.0.0.1", HostPort: String(scene.port) }] },
    });
    const [, second] = scene.engine.images.keys();
    await legs(6);
    await start();
    expect([...scene.engine.images.keys()]).toEqual([first, expect.not.stringMatching(`^${second}$`) as string]);
    await unpublish(docker, request(), ctx);
    expect([...scene.engine.images]).toEqual([]);
  });

  it("stays as it was when the image from before does not start", async () => {
    await start();
    await writeFile(scene.pets, "name,legs\nRex,5\n");
    await start();
    const [, second] = scene.engine.images.keys();
    scene.engine.misbehaviour.startErrors = ["OCI runtime create failed"];
    await expect(rollback(docker, request(), undefined, ctx)).rejects.toMatchObject({ facts: { restored: "datasette-pets" } });
    expect(scene.engine.containers).toMatchObject([{ running: true, image: second }]);
  });

  it("goes with its image", async () => {
    await start();
    expect([...scene.engine.images.values()]).toEqual(["pets:latest"]);
    await unpublish(docker, request(), ctx);
    expect(scene.engine.containers).toEqual([]);
    expect(scene.engine.images).toEqual(new Map());
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
