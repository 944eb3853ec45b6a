import { buffer } from "node:stream/consumers";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { push, writeLayer, type Image } from "@datasette-publish/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { realPart, startRegistry, type RunningRegistry } from "@datasette-publish/testkit";
import { dockerRunner, type DockerRunner } from "../hosting/docker-runner.ts";
import { startHerokuFake, type HerokuFake } from "./heroku-fake.ts";
import { dockerBuilder, type DockerBuilder } from "./builder.ts";
import { herokuClient, type HerokuClient } from "./client.ts";
import { servingImage, servingPort } from "../hosting/serving-image.ts";

const run = promisify(execFile);
const ctx = { report: () => {} };

describe.skipIf(!realPart("docker") || !realPart("registry"))("with a real engine and a real registry", () => {
  let dir: string;
  let registry: RunningRegistry;
  let runner: DockerRunner;
  let builder: DockerBuilder;
  let image: Image;
  let fake: HerokuFake;
  let call: HerokuClient;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "heroku-docker-"));
    registry = await startRegistry();
    image = await servingImage(dir);
    runner = dockerRunner();
    builder = dockerBuilder();
    fake = await startHerokuFake({ runner: (start) => runner({ ...start, port: servingPort }), registry, builder });
    call = herokuClient(fake);
  });
  afterAll(async () => {
    await fake.stop();
    await runner.close();
    await builder.close();
    await registry.stop();
    await rm(dir, { recursive: true });
  });

  test("a pushed image serves at the app's address", async () => {
    const { door } = await fake.addApp({ name: "pushed", stack: "container" });
    const credentials = { username: "_", password: fake.token };
    await push([image], `${fake.env.HEROKU_REGISTRY}/pushed/web`, { manifest: "docker", credentials }, ctx);
    const headers = { accept: "application/vnd.heroku+json; version=3.docker-releases" };
    const updates = [{ type: "web", docker_image: image.configDigest }];
    expect(await call("PATCH", "/apps/pushed/formation", { updates }, headers)).toMatchObject({ status: 200 });
    await fake.settled();
    expect(await untilServed(door.url)).toBe(200);
    await call("DELETE", "/apps/pushed");
    await expect(fetch(door.url)).rejects.toThrow("fetch failed");
  });

  test("an image built from a source tarball serves, and is removed in the end", async () => {
    const { door, builds } = await fake.addApp({ name: "built", stack: "container" });
    const created = await call("POST", "/apps/built/builds", { source_blob: { url: await uploadSource() } });
    expect(created).toMatchObject({ status: 201 });
    await fake.settled();
    expect([...builds.values()]).toMatchObject([{ status: "succeeded" }]);
    expect(await untilServed(door.url)).toBe(200);
    const id = fake.apps.get("built")?.releases.at(-1)?.slug?.images["web"]?.reference ?? "";
    await call("DELETE", "/apps/built");
    await builder.close();
    await expect(run("docker", ["image", "inspect", id])).rejects.toThrow("No such image");
  });

  test("an image that does not start has crashed", async () => {
    const { log } = await fake.addApp({ name: "broken", stack: "container" });
    const url = await uploadSource('ENTRYPOINT ["/usr/bin/nothing"]\n');
    await call("POST", "/apps/broken/builds", { source_blob: { url } });
    await fake.settled();
    expect(fake.apps.get("broken")?.dyno).toMatchObject({ state: "crashed", site: null });
    expect(log.lines.at(-1)).toContain("State changed from starting to crashed");
    expect(fake.api.violations).toEqual([]);
  });

  async function uploadSource(more = ""): Promise<string> {
    const blobs = await Promise.all(image.layers.map((layer) => buffer(layer.open())));
    const layers = blobs.map((source, i) => ({ name: `layers/${i}.tar.gz`, mode: 0o644, source }));
    const adds = layers.map(({ name }) => `ADD ${name} /\n`).join("");
    const dockerfile = text("Dockerfile", `FROM scratch\n${adds}ENTRYPOINT ["/usr/bin/server"]\n${more}`);
    const manifest = text("heroku.yml", "build:\n  docker:\n    web: Dockerfile\n");
    const { path } = await writeLayer([dockerfile, manifest, ...layers], dir, "source", ctx);
    const { source_blob: source } = (await call("POST", "/sources")).body as { source_blob: { put_url: string; get_url: string } };
    await fetch(source.put_url, { method: "PUT", body: new Uint8Array(await readFile(path)) });
    return source.get_url;
  }
});

function text(name: string, content: string): { name: string; mode: number; source: Uint8Array } {
  return { name, mode: 0o644, source: new TextEncoder().encode(content) };
}

/** The first status that is not "nothing runs here". */
async function untilServed(url: string): Promise<number> {
  for (let attempt = 0; ; attempt++) {
    const { status } = await fetch(url);
    if (status !== 503 || attempt === 100) return status;
    await sleep(50);
  }
}
