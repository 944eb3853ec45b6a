import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { push } from "@datasette-publish/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { realPart, startRegistry, type RunningRegistry } from "@datasette-publish/testkit";
import { dockerRunner, type DockerRunner } from "../hosting/docker-runner.ts";
import { send } from "./scene.ts";
import { startFlyFake, type FlyFake } from "./fly-fake.ts";
import { servingImage, servingPort } from "../hosting/serving-image.ts";

describe.skipIf(!realPart("docker") || !realPart("registry"))("with a real registry and engine", () => {
  let dir: string;
  let registry: RunningRegistry;
  let runner: DockerRunner;
  let fake: FlyFake;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "fly-fake-"));
    registry = await startRegistry();
    runner = dockerRunner();
    fake = await startFlyFake({ runner, registry });
    fake.waitMs = 60_000;
  });
  afterAll(async () => {
    await fake.stop();
    await runner.close();
    await registry.stop();
    await rm(dir, { recursive: true });
  });

  test("what was pushed runs in a machine, with its volume, and again after an update", async () => {
    await send(fake, "POST /apps", { name: "site", org_slug: "personal" });
    await send(fake, "POST /apps/site/ip_assignments", { type: "shared_v4" });
    const { body: volume } = await send(fake, "POST /apps/site/volumes", { name: "data", region: "ams" });
    const credentials = { username: "x", password: fake.token };
    const repository = `${fake.env.FLY_REGISTRY_HOST}/site`;
    const { digest } = await push([await servingImage(dir)], `${repository}:v1`, { credentials }, { report: () => {} });
    const config = {
      image: `${repository}@${digest}`,
      services: [{ internal_port: servingPort, checks: [{ type: "http", port: servingPort, path: "/" }] }],
      mounts: [{ volume: volume.id, path: "/volume" }],
    };
    const { body: machine } = await send(fake, "POST /apps/site/machines", { name: "web", region: "ams", config });
    await untilServing(`/apps/site/machines/${machine.id}`, machine.instance_id);
    const { body: updated } = await send(fake, `POST /apps/site/machines/${machine.id}`, { config });
    await untilServing(`/apps/site/machines/${machine.id}`, updated.instance_id);
    expect((await send(fake, "DELETE /apps/site?force=true")).status).toBe(202);
    expect((await fetch(fake.env.FLY_APPS_URL)).status).toBe(503);
    expect(fake.api.violations).toEqual([]);
  });

  async function untilServing(machine: string, version: string): Promise<void> {
    expect((await send(fake, `GET ${machine}/wait?version=${version}`)).status).toBe(200);
    while ((await send(fake, `GET ${machine}`)).body.checks?.[1]?.status !== "passing") await sleep(250);
    expect((await fetch(fake.env.FLY_APPS_URL)).status).toBe(200);
  }
});
