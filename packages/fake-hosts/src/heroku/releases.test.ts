import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { push, type Image } from "@datasette-publish/core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { realPart, sampleImage, startRegistry, type RunningRegistry } from "@datasette-publish/testkit";
import { startHerokuFake, type HerokuFake } from "./heroku-fake.ts";
import { herokuClient, type HerokuClient } from "./client.ts";
import { stubRunner, type SiteStart } from "../hosting/site-runner.ts";

const dockerReleases = { accept: "application/vnd.heroku+json; version=3.docker-releases" };

describe.skipIf(!realPart("registry"))("images in a real registry", () => {
  let dir: string;
  let registry: RunningRegistry;
  let first: Image;
  let second: Image;
  let fake: HerokuFake;
  let call: HerokuClient;
  let starts: SiteStart[];

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "heroku-test-"));
    registry = await startRegistry();
    first = await sampleImage(join(dir, "first"), randomBytes(1000));
    second = await sampleImage(join(dir, "second"), randomBytes(1000));
  });
  afterAll(async () => {
    await registry.stop();
    await rm(dir, { recursive: true });
  });
  beforeEach(async () => {
    starts = [];
    const run = stubRunner({ rows: 1, healthy: true });
    const runner: typeof run = (start) => {
      starts.push(start);
      return start.image.includes("@sha256:") ? run(start) : Promise.reject(new Error("no such image"));
    };
    fake = await startHerokuFake({ runner, registry });
    call = herokuClient(fake);
    await fake.addApp({ name: "mine", stack: "container" });
  });
  afterEach(() => fake.stop());

  function pushTo(repository: string, image: Image, manifest: "docker" | "oci" = "docker"): Promise<unknown> {
    const credentials = { username: "_", password: fake.token };
    return push([image], `${fake.env.HEROKU_REGISTRY}/${repository}`, { manifest, credentials }, { report: () => {} });
  }

  function release(digest: string, headers: Record<string, string> = dockerReleases): ReturnType<HerokuClient> {
    return call("PATCH", "/apps/mine/formation", { updates: [{ type: "web", docker_image: digest }] }, headers);
  }

  async function versions(): Promise<unknown[]> {
    const { body } = await call("GET", "/apps/mine/releases");
    return (body as unknown as { version: number; status: string; current: boolean }[]).map(({ version, status, current }) => [
      version,
      status,
      current,
    ]);
  }

  test("the registry takes no OCI manifest, and nothing for an app that is not there", async () => {
    await expect(pushTo("mine/web", first, "oci")).rejects.toMatchObject({ code: "REGISTRY_REFUSED", facts: { status: 405 } });
    await expect(pushTo("theirs/web", first)).rejects.toMatchObject({ code: "REGISTRY_UNAUTHORIZED" });
  });

  test("an image is released once, serves, and is gone back to with its config vars", async () => {
    expect(await release(first.configDigest)).toMatchObject({ status: 404 });
    await pushTo("mine/web", first);
    expect(await release(first.configDigest, {})).toMatchObject({ status: 422 });
    expect(await release(first.configDigest)).toMatchObject({ status: 200, body: [{ type: "web", quantity: 1, size: "Basic" }] });
    await release(first.configDigest);
    await call("PATCH", "/apps/mine/config-vars", { A: "1" });
    await pushTo("mine/web", second);
    expect(await release(first.configDigest)).toMatchObject({ status: 404 });
    await release(second.configDigest);
    await fake.settled();
    const { dyno, door } = fake.apps.get("mine") ?? {};
    expect(dyno).toMatchObject({ state: "up", env: { A: "1", DYNO: "web.1", PORT: expect.stringMatching(/^\d+$/) } });
    expect((await fetch(`${door?.url}/-/versions.json`)).status).toBe(200);
    expect(await call("POST", "/apps/mine/releases", { release: "2" })).toMatchObject({
      status: 201,
      body: { version: 5, description: "Rollback to v2" },
    });
    expect((await call("GET", "/apps/mine/config-vars")).body).toEqual({});
    await fake.settled();
    expect(starts.at(-1)?.image).toBe(starts[0]?.image);
    expect(starts.at(-1)?.user).toMatch(/^[1-9]\d+:[1-9]\d+$/);
    expect(fake.api.violations).toEqual([]);
  });

  test("quantity, size and maintenance", async () => {
    await pushTo("mine/web", first);
    await release(first.configDigest);
    await fake.settled();
    const scale = (update: object) => call("PATCH", "/apps/mine/formation", { updates: [{ type: "web", ...update }] });
    const status = async () => (await fetch(`${fake.apps.get("mine")?.door.url}/-/versions.json`)).status;
    expect(await scale({ dyno_size: { name: "huge" } })).toMatchObject({ status: 422 });
    expect(await scale({ quantity: 2, dyno_size: { name: "standard-1x" } })).toMatchObject({
      body: [{ quantity: 2, size: "Standard-1X" }],
    });
    expect(await call("GET", "/apps/mine/dynos")).toMatchObject({ body: [{ name: "web.1", state: "up" }, { name: "web.2" }] });
    await call("PATCH", "/apps/mine", { maintenance: true });
    expect(await status()).toBe(503);
    await call("PATCH", "/apps/mine", { maintenance: false });
    expect(await status()).toBe(200);
    await scale({ quantity: 0 });
    await fake.settled();
    expect(await status()).toBe(503);
    expect((await call("GET", "/apps/mine/dynos")).body).toEqual([]);
    expect(fake.api.violations).toEqual([]);
  });

  test.each(["succeeds", "fails"] as const)("a release phase that %s is read as it runs, after one 404", async (releasePhase) => {
    fake.behaviour.releasePhase = releasePhase;
    await pushTo("mine/web", first);
    await release(first.configDigest);
    const { body } = await call("GET", "/apps/mine/releases/2");
    expect(body).toMatchObject({ status: "pending", current: false });
    const url = String(body["output_stream_url"]);
    expect((await fetch(url)).status).toBe(404);
    expect(await (await fetch(url)).text()).toContain("Running release command...\n");
    const isOut = releasePhase === "succeeds";
    expect(await versions()).toEqual([
      [1, "succeeded", !isOut],
      [2, isOut ? "succeeded" : "failed", isOut],
    ]);
    await fake.settled();
    expect(starts).toHaveLength(isOut ? 1 : 0);
    expect(fake.api.violations).toEqual([]);
  });

  test("a release phase that hangs goes on until it shall not", async () => {
    Object.assign(fake.behaviour, { releasePhase: "hangs", releaseOutput: ["Still at it."] });
    await pushTo("mine/web", first);
    await release(first.configDigest);
    const { body } = await call("GET", "/apps/mine/releases/2");
    fake.behaviour.releasePhase = "none";
    await fetch(String(body["output_stream_url"]));
    expect(await (await fetch(String(body["output_stream_url"]))).text()).toContain("Still at it.\n");
    expect((await versions()).at(-1)).toEqual([2, "succeeded", true]);
  });

  test("going back puts back the stack, but not that of the next release", async () => {
    const app = await fake.addApp({ name: "old", stack: "heroku-24", dynos: { web: 1 } });
    await call("PATCH", "/apps/old", { build_stack: "container" });
    await pushTo("old/web", first);
    await call("PATCH", "/apps/old/formation", { updates: [{ type: "web", docker_image: first.configDigest }] }, dockerReleases);
    expect(app).toMatchObject({ stack: "container", buildStack: "container" });
    await call("POST", "/apps/old/releases", { release: "2" });
    expect(app).toMatchObject({ stack: "heroku-24", buildStack: "container" });
    expect(fake.api.violations).toEqual([]);
  });

  test("apps of other stacks and generations take no image", async () => {
    await fake.addApp({ name: "old", stack: "heroku-24" });
    await fake.addApp({ name: "new", stack: "container", generation: "fir" });
    for (const name of ["old", "new"]) {
      const updates = [{ type: "web", docker_image: first.configDigest }];
      expect(await call("PATCH", `/apps/${name}/formation`, { updates }, dockerReleases)).toMatchObject({ status: 422 });
    }
  });
});
