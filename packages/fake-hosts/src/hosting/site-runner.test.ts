import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { push } from "@datasette-publish/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { realPart, startRegistry, type RunningRegistry } from "@datasette-publish/testkit";
import { dockerRunner, type DockerRunner } from "./docker-runner.ts";
import { servingImage, servingPort } from "./serving-image.ts";
import { stubRunner } from "./site-runner.ts";

const run = promisify(execFile);

test("a stub answers a health check as it is told, and no more once it is stopped", async () => {
  const behaviour = { rows: 3, healthy: true };
  const site = await stubRunner(behaviour)({ image: "any", env: {}, port: 8001 });
  const url = `http://127.0.0.1:${site.port}`;
  expect((await fetch(`${url}/-/versions.json`)).status).toBe(200);
  expect(await (await fetch(`${url}/data/some~20table.json?_size=0`)).json()).toEqual({ filtered_table_rows_count: 3 });
  expect((await fetch(`${url}/elsewhere`)).status).toBe(404);
  Object.assign(behaviour, { rows: 4 });
  expect(await (await fetch(`${url}/data/t.json`)).json()).toEqual({ filtered_table_rows_count: 4 });
  Object.assign(behaviour, { healthy: false });
  expect((await fetch(`${url}/-/versions.json`)).status).toBe(500);
  await site.stop();
  await site.stop();
  await expect(fetch(url)).rejects.toThrow("fetch failed");
});

describe.skipIf(!realPart("docker") || !realPart("registry"))("in a Docker engine", () => {
  let dir: string;
  let registry: RunningRegistry;
  let runner: DockerRunner;
  let image: string;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "site-runner-"));
    registry = await startRegistry();
    const { reference, digest } = await push([await servingImage(dir)], `${registry.host}/site:v1`, {}, { report: () => {} });
    image = `${reference.replace(/:v1$/, "")}@${digest}`;
    runner = dockerRunner();
  });
  afterAll(async () => {
    await runner.close();
    await registry.stop();
    await rm(dir, { recursive: true });
  });

  async function containers(): Promise<string[]> {
    const { stdout } = await run("docker", ["ps", "--all", "--quiet", "--filter", `ancestor=${image}`]);
    return stdout.split("\n").filter(Boolean);
  }

  async function inspect(): Promise<Record<"HostConfig" | "Config", Record<string, unknown>>> {
    const { stdout } = await run("docker", ["inspect", ...(await containers())]);
    return (JSON.parse(stdout) as Record<"HostConfig" | "Config", Record<string, unknown>>[])[0] ?? { HostConfig: {}, Config: {} };
  }

  test("a site is pulled, runs read-only with its environment, and answers", async () => {
    const volume = `testkit-${randomUUID()}`;
    const env = { PORT: String(servingPort), SECRET: 'several "words"\nand lines' };
    const site = await runner({
      image,
      env,
      port: servingPort,
      cmd: ["--one", "two"],
      user: "1000",
      volumes: [{ name: volume, path: "/d" }],
    });
    expect((await untilAnswered(`http://127.0.0.1:${site.port}/`)).status).toBe(200);
    const { HostConfig, Config } = await inspect();
    expect(HostConfig).toMatchObject({ ReadonlyRootfs: true, Binds: [`${volume}:/d`], Tmpfs: { "/tmp": "" } });
    expect(Config).toMatchObject({ Cmd: ["--one", "two"], User: "1000", Env: expect.arrayContaining([`SECRET=${env.SECRET}`]) });
    await site.stop();
    await site.stop();
    expect(await containers()).toEqual([]);
    await run("docker", ["volume", "inspect", volume]);
    await runner.close();
    await expect(run("docker", ["volume", "inspect", volume])).rejects.toThrow("no such volume");
    await expect(run("docker", ["image", "inspect", image])).rejects.toThrow(/no such image/i);
  });

  test("another entrypoint goes before the image's", async () => {
    const site = await runner({ image, env: {}, port: servingPort, entrypoint: ["/usr/bin/server", "first"], cmd: ["second"] });
    expect((await inspect()).Config).toMatchObject({ Entrypoint: ["/usr/bin/server"], Cmd: ["first", "second"] });
    await site.stop();
  });

  test.each([
    ["that does not exist", { image: `localhost:1/none@sha256:${"0".repeat(64)}` }, /docker create/],
    ["whose program is missing", { entrypoint: ["/nothing"] }, /does not start/],
  ])("a site %s does not start, and leaves no container", async (_, changes, problem) => {
    await expect(runner({ image, env: {}, port: servingPort, ...changes })).rejects.toThrow(problem);
    expect(await containers()).toEqual([]);
  });
});

/** A container's port is there before its program listens. */
async function untilAnswered(url: string): Promise<Response> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const answer = await fetch(url).catch(() => null);
    if (answer !== null) return answer;
    await sleep(50);
  }
  throw new Error(`No answer from ${url}.`);
}
