import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fakeRuntime, freePort } from "@datasette-publish/testkit";
import { afterEach, beforeEach } from "vitest";
import { FakeEngine } from "./fake-engine.test-support.ts";

/** An engine of each test's own, a free port, and the table `pets` with one row. Its members work in tests only. */
export interface DockerScene {
  readonly pets: string;
  readonly engine: FakeEngine;
  readonly port: number;
  readonly runtime: (platform: Parameters<typeof fakeRuntime>[0]) => ReturnType<typeof fakeRuntime>;
}

/** Sets the scene for every test of a `describe`. */
export function dockerScene(): DockerScene {
  let dir: string;
  let engine: FakeEngine;
  let port: number;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), "docker-"));
    await writeFile(join(dir, "pets.csv"), "name,legs\nRex,4\n");
    engine = new FakeEngine(dir);
    await engine.listen();
    port = await freePort();
  });
  afterEach(async () => {
    await engine.close();
    await rm(dir, { recursive: true, force: true });
  });
  return {
    get pets() {
      return join(dir, "pets.csv");
    },
    get engine() {
      return engine;
    },
    get port() {
      return port;
    },
    runtime: (platform) => fakeRuntime(platform, join(dir, "runtime")),
  };
}
