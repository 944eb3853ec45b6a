import { openProject, type PublishEvent, type Warning } from "@datasette-publish/core";
import { publishSite } from "@datasette-publish/testkit";
import { describe, expect, it } from "vitest";
import type { FakeContainer } from "./fake-engine.test-support.ts";
import docker from "./index.ts";
import { dockerScene } from "./scene.test-support.ts";

describe("--run, when something goes wrong", () => {
  const scene = dockerScene();

  /** `onStep` is told each step that starts, and may cancel. */
  let warnings: Warning[] = [];
  const run = (onStep: (id: string, stop: AbortController) => void = () => {}) => {
    const stop = new AbortController();
    warnings = [];
    const report = (event: PublishEvent) => {
      if (event.type === "step.started") onStep(event.id, stop);
      if (event.type === "warned") warnings.push(event);
    };
    const request = {
      project: openProject([scene.pets], { name: "pets" }),
      options: { run: true, port: scene.port },
      env: scene.engine.env,
      timeoutMs: 300,
      runtime: scene.runtime,
    };
    return publishSite(docker, request, { report, signal: stop.signal });
  };
  const first = (): FakeContainer => {
    const [container] = scene.engine.containers;
    if (container === undefined) throw new Error("no container");
    return container;
  };
  const shown = () => scene.engine.containers.map(({ id, running }) => ({ id, running }));

  it("keeps the name it was made with when somebody else's container has its own", async () => {
    scene.engine.containers.push({ id: "theirs", name: "datasette-pets", running: false, spec: theirs });
    const id = (await run()).deployment?.id;
    expect(id).toMatch(/^datasette-pets-[0-9a-f]{8}$/);
    scene.engine.misbehaviour.rows = 7;
    await expect(run()).rejects.toMatchObject({ facts: { restored: id } });
    expect(scene.engine.containers.map(({ name }) => name)).toEqual(["datasette-pets", id]);
  });

  it.each(["paused", "restarting"])("stops an earlier container that is %s, and starts it again", async (state) => {
    await run();
    const { id } = first();
    first().state = state;
    scene.engine.misbehaviour.rows = 7;
    await expect(run()).rejects.toMatchObject({ code: "DEPLOYMENT_UNHEALTHY", facts: { restored: "datasette-pets" } });
    expect(shown()).toEqual([{ id, running: true }]);
    first().state = state;
    scene.engine.misbehaviour.rows = 1;
    await run();
    expect(shown()).toEqual([{ id: expect.not.stringMatching(`^${id}$`) as string, running: true }]);
  });

  it("leaves an earlier container alone that it has not stopped yet", async () => {
    await run();
    first().state = "paused";
    scene.engine.misbehaviour.answers = { call: /^POST \/containers\/create/, status: 500 };
    await expect(run()).rejects.toMatchObject({ code: "ENGINE_REFUSED" });
    expect(first().state).toBe("paused");
  });

  it("leaves an earlier container alone that the engine did not stop", async () => {
    await run();
    first().state = "paused";
    scene.engine.misbehaviour.answers = { call: /^POST \/containers\/[^/]+\/stop/, status: 500 };
    await expect(run()).rejects.toMatchObject({ code: "ENGINE_REFUSED", facts: { restored: "datasette-pets" } });
    expect(first().state).toBe("paused");
  });

  it("says that the site serves when the earlier container cannot be removed", async () => {
    await run();
    scene.engine.misbehaviour.answers = { call: new RegExp(`^DELETE /containers/${first().id}`), status: 500 };
    await expect(run()).rejects.toMatchObject({ code: "ENGINE_REFUSED" });
    expect(warnings).toMatchObject([{ code: "LEFT_AT_HOST", facts: { name: "pets" }, remedies: [{ action: "retry" }] }]);
    expect(scene.engine.containers.map(({ running }) => running)).toEqual([false, true]);
    delete scene.engine.misbehaviour.answers;
    await run();
    expect(scene.engine.containers).toMatchObject([{ name: "datasette-pets", running: true }]);
  });

  it("says that the earlier container is down when its port is lost to another", async () => {
    await run();
    scene.engine.misbehaviour.startErrors = ["port is already allocated", "port is already allocated"];
    await expect(run()).rejects.toMatchObject({ code: "DEPLOYMENT_UNHEALTHY", facts: { port: scene.port, restored: null } });
  });

  it("says that the earlier container is down also to who cancelled", async () => {
    await run();
    scene.engine.misbehaviour.rows = 7;
    const failing = run((id, stop) => {
      if (id !== "confirm") return;
      scene.engine.misbehaviour.startErrors = ["port is already allocated"];
      stop.abort();
    });
    await expect(failing).rejects.toMatchObject({ code: "DEPLOYMENT_UNHEALTHY", facts: { restored: null } });
  });

  it.each(["docker.load", "docker.run", "confirm"])("leaves no container when it is cancelled at %s", async (step) => {
    await expect(run((id, stop) => id === step && stop.abort())).rejects.toMatchObject({ code: "CANCELLED" });
    expect(scene.engine.containers).toEqual([]);
  });

  it("does not mind that the earlier container is gone by itself", async () => {
    await run();
    scene.engine.misbehaviour.answers = { call: /^DELETE /, status: 404 };
    expect((await run()).deployment?.url).toBe(`http://127.0.0.1:${scene.port}/`);
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
    scene.engine.misbehaviour.answers = { call, status: null };
    await expect(run()).rejects.toMatchObject({ code: "ENGINE_UNREACHABLE" });
  });

  it("says that the engine went away while it waited, and what is in place again", async () => {
    await run();
    scene.engine.misbehaviour.rows = 7;
    const failing = run((id) => {
      const isWaiting = id === "confirm" && scene.engine.containers.length > 1;
      if (isWaiting) scene.engine.misbehaviour.answers = { call: new RegExp(`${scene.engine.containers[1]?.id}/json$`), status: null };
    });
    await expect(failing).rejects.toMatchObject({ code: "ENGINE_UNREACHABLE", facts: { restored: "datasette-pets" } });
  });

  it("takes back a container that was made, though the engine did not say so", async () => {
    scene.engine.misbehaviour.answers = { call: /create$/, status: null };
    await expect(run()).rejects.toMatchObject({ code: "ENGINE_UNREACHABLE" });
    expect(scene.engine.calls.at(-1)).toMatch(/^DELETE \/containers\/datasette-pets-/);
  });
});

const theirs: FakeContainer["spec"] = { Image: "other", Env: [], Labels: {}, HostConfig: { PortBindings: {} } };
