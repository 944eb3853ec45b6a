import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { publish, type PublishEvent } from "@datasette-publish/core";
import { fakeRuntime, freePort } from "@datasette-publish/testkit";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FakeEngine, type FakeContainer } from "./fake-engine.ts";
import { docker } from "./provider.ts";

describe("--run, when something goes wrong", () => {
  let dir: string;
  let engine: FakeEngine;
  let port: number;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), "docker-replace-"));
    await writeFile(join(dir, "pets.csv"), "name,legs\nRex,4\n");
    engine = new FakeEngine(dir);
    await engine.listen();
    port = await freePort();
  });
  afterEach(async () => {
    await engine.close();
    await rm(dir, { recursive: true, force: true });
  });

  /** `onStep` is told each step that starts, and may cancel. */
  const run = (onStep: (id: string, stop: AbortController) => void = () => {}) => {
    const stop = new AbortController();
    const report = (event: PublishEvent) => event.type === "step.started" && onStep(event.id, stop);
    const request = {
      paths: [join(dir, "pets.csv")],
      convert: {},
      site: { name: "pets" },
      options: { run: true, port },
      env: engine.env,
      timeoutMs: 300,
      runtime: (platform: Parameters<typeof fakeRuntime>[0]) => fakeRuntime(platform, join(dir, "runtime")),
    };
    return publish(docker, request, { report, signal: stop.signal });
  };
  const first = (): FakeContainer => {
    const [container] = engine.containers;
    if (container === undefined) throw new Error("no container");
    return container;
  };
  const shown = () => engine.containers.map(({ id, running }) => ({ id, running }));

  it("keeps the name it was made with when somebody else's container has its own", async () => {
    engine.containers.push({ id: "theirs", name: "datasette-pets", running: false, spec: theirs });
    const id = (await run()).deployment?.id;
    expect(id).toMatch(/^datasette-pets-[0-9a-f]{8}$/);
    engine.misbehaviour.rows = 7;
    await expect(run()).rejects.toMatchObject({ facts: { restored: id } });
    expect(engine.containers.map(({ name }) => name)).toEqual(["datasette-pets", id]);
  });

  it.each(["paused", "restarting"])("stops an earlier container that is %s, and starts it again", async (state) => {
    await run();
    const { id } = first();
    first().state = state;
    engine.misbehaviour.rows = 7;
    await expect(run()).rejects.toMatchObject({ code: "DEPLOYMENT_UNHEALTHY", facts: { restored: "datasette-pets" } });
    expect(shown()).toEqual([{ id, running: true }]);
    first().state = state;
    engine.misbehaviour.rows = 1;
    await run();
    expect(shown()).toEqual([{ id: expect.not.stringMatching(`^${id}$`) as string, running: true }]);
  });

  it("says that the earlier container is down when its port is lost to another", async () => {
    await run();
    engine.misbehaviour.startErrors = ["port is already allocated", "port is already allocated"];
    await expect(run()).rejects.toMatchObject({ code: "DEPLOYMENT_UNHEALTHY", facts: { port, restored: null } });
  });

  it("says that the earlier container is down also to who cancelled", async () => {
    await run();
    engine.misbehaviour.rows = 7;
    const failing = run((id, stop) => {
      if (id !== "confirm") return;
      engine.misbehaviour.startErrors = ["port is already allocated"];
      stop.abort();
    });
    await expect(failing).rejects.toMatchObject({ code: "DEPLOYMENT_UNHEALTHY", facts: { restored: null } });
  });

  it.each(["docker.load", "docker.run", "confirm"])("leaves no container when it is cancelled at %s", async (step) => {
    await expect(run((id, stop) => id === step && stop.abort())).rejects.toMatchObject({ code: "CANCELLED" });
    expect(engine.containers).toEqual([]);
  });

  it("does not mind that the earlier container is gone by itself", async () => {
    await run();
    engine.misbehaviour.answers = { call: /^DELETE /, status: 404 };
    expect((await run()).deployment?.url).toBe(`http://127.0.0.1:${port}/`);
  });

  it.each([
    [/images\/load/, false],
    [/containers\/json/, false],
    [/create$/, false],
    [/start$/, false],
    [/rename$/, false],
    [/stop$/, true],
    [/^DELETE/, true],
  ])("says that the engine went away at %s", async (call, hasEarlier) => {
    if (hasEarlier) await run();
    engine.misbehaviour.answers = { call, status: null };
    await expect(run()).rejects.toMatchObject({ code: "ENGINE_UNREACHABLE" });
  });

  it("says that the engine went away while it waited, and what is in place again", async () => {
    await run();
    Object.assign(engine.misbehaviour, { rows: 7, answers: { call: /pets-\w+\/json$/, status: null } });
    await expect(run()).rejects.toMatchObject({ code: "ENGINE_UNREACHABLE", facts: { restored: "datasette-pets" } });
  });

  it("takes back a container that was made, though the engine did not say so", async () => {
    engine.misbehaviour.answers = { call: /create$/, status: null };
    await expect(run()).rejects.toMatchObject({ code: "ENGINE_UNREACHABLE" });
    expect(engine.calls.at(-1)).toMatch(/^DELETE \/containers\/datasette-pets-/);
  });
});

const theirs: FakeContainer["spec"] = { Image: "other", Env: [], Labels: {}, HostConfig: { PortBindings: {} } };
