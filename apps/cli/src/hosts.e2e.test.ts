import { appendFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  dockerRunner,
  startFlyFake,
  startHerokuFake,
  type DockerRunner,
  type FlyFake,
  type HerokuFake,
} from "@datasette-publish/fake-hosts";
import { realPart, startRegistry, type RunningRegistry } from "@datasette-publish/testkit";
import { canHaveBase, ownBase } from "./own-base.test-support.ts";
import { makeScene, rowsAt, type Scene } from "./scene.test-support.ts";

const hosts = [
  { host: "fly", start: startFlyFake, hasLogs: false },
  { host: "heroku", start: startHerokuFake, hasLogs: true },
] as const;

describe.skipIf(!realPart("docker") || !realPart("registry")).each(hosts)("publish $host", ({ host, start, hasLogs }) => {
  let scene: Scene;
  let registry: RunningRegistry;
  let runner: DockerRunner;
  let fake: FlyFake | HerokuFake;
  const shown: string[] = [];

  beforeAll(async () => {
    scene = makeScene();
    registry = await startRegistry();
    runner = dockerRunner();
    fake = await start({ runner, registry });
  });
  afterAll(async () => {
    await fake.stop();
    await runner.close();
    await registry.stop();
    scene.remove();
  });

  const publish = async (...args: string[]) => {
    const { status, stdout } = await scene.publishBeside([...args, "--json"], fake.env, shown);
    return { status, result: JSON.parse(stdout) };
  };

  test("is published, looked after and removed by the name that the folder remembers", async () => {
    const { status, result } = await publish(host, "pets", "--no-check");
    expect(status, shown.join("")).toBe(0);
    const { url, facts } = result.deployment;
    expect(await rowsAt(url)).toBe(2);
    const [name] = [...fake.apps.keys()];
    expect(facts.app).toBe(name);
    expect(JSON.parse(readFileSync(join(scene.dir, "pets", ".datasette-publish.json"), "utf8")).sites.pets[host]).toEqual({ name });

    appendFileSync(join(scene.dir, "pets", "cats.csv"), "3,Mia\n");
    expect((await publish(host, "pets", "--no-check")).status).toBe(0);
    expect(await rowsAt(url)).toBe(3);

    expect((await publish("status", host, "pets")).result).toMatchObject({ site: "pets", name, url, state: "running" });
    const logs = (await publish("logs", host, "pets", "--lines", "5")).result;
    expect(hasLogs ? logs.lines.length : logs.error.code).toEqual(hasLogs ? 5 : "COMMAND_INVALID");
    expect((await publish("list")).result.sites).toContainEqual({ provider: host, name, url });
    expect((await publish("rollback", host, "pets")).result.release).toMatchObject({ current: true });
    await expect.poll(() => rowsAt(url), { timeout: 30_000 }).toBe(2);

    expect((await publish("unpublish", host, "pets", "--yes")).result).toMatchObject({ name, url });
    expect(fake.apps.size).toBe(0);
    expect((await publish("status", host, "pets")).result.error).toMatchObject({ code: "NOT_PUBLISHED" });
    expect(fake.api.violations).toEqual([]);
    expect(shown.join("")).not.toContain(fake.token);
  });

  test.skipIf(!canHaveBase("trixie"))(
    "takes an image that an engine built on a base of one's own",
    async () => {
      const args = [host, "pets", "--no-check", "--builder", "dockerfile", "--base", ownBase("trixie"), "--json"];
      const env = { ...fake.env, DOCKER_HOST: process.env["DOCKER_HOST"] ?? "" };
      const { status, stdout } = await scene.publishBeside(args, env, shown);
      expect(status, shown.join("")).toBe(0);
      expect(await rowsAt(JSON.parse(stdout).deployment.url)).toBe(3);
      expect((await publish("unpublish", host, "pets", "--yes")).status).toBe(0);
      expect(fake.api.violations).toEqual([]);
    },
    900_000,
  );
});
