import { openProject, manage, unpublish, type HostContext } from "@datasette-publish/core";
import { publishSite } from "@datasette-publish/testkit";
import { describe, expect, it } from "vitest";
import { docker } from "./provider.ts";
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
  const start = () =>
    publishSite(
      docker,
      {
        ...request(),
        options: { run: true, port: scene.port },
        runtime: scene.runtime,
      },
      ctx,
    );
  const status = () => manage(docker, request(), ctx, async (host) => docker.status?.(host));
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

  it("goes with its image", async () => {
    await start();
    expect(scene.engine.images).toEqual(new Set(["pets:latest"]));
    await unpublish(docker, request(), ctx);
    expect(scene.engine.containers).toEqual([]);
    expect(scene.engine.images).toEqual(new Set());
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
