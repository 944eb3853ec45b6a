import { copyFile, mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { openProject, unpublish, type OptionValues, type PublishEvent } from "@datasette-publish/core";
import { describeProviderContract, freePort, publishSite, type SiteRequest } from "@datasette-publish/testkit";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { FakeEngine } from "./fake-engine.test-support.ts";
import docker from "./index.ts";
import { dockerScene } from "./scene.test-support.ts";

describe("an engine that runs the site", () => {
  let dir: string;
  let engine: FakeEngine;
  let port: number;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "docker-contract-"));
    engine = new FakeEngine(dir);
    engine.misbehaviour.rows = 2;
    await engine.listen();
    port = await freePort();
  });
  afterAll(async () => {
    await engine.close();
    await rm(dir, { recursive: true, force: true });
  });

  describeProviderContract(docker, {
    mode: "run",
    options: () => ({ run: true, port }),
    get env() {
      return engine.env;
    },
    refused: { options: { tag: "UPPER" }, code: "REFERENCE_INVALID" },
    running() {
      const container = engine.containers.find(({ running }) => running);
      const variables = container?.spec.Env.map((pair) => pair.split(/=(.*)/s).slice(0, 2) as [string, string]) ?? [];
      return container ? { image: container.image ?? "", variables: Object.fromEntries(variables) } : null;
    },
    hold: (signal) => engine.hold(signal),
    cleanup: () => engine.clear(),
    effects: () => engine.containers.map(({ name }) => ({ verb: "run", target: name })),
  });
});

describe("--run", () => {
  const scene = dockerScene();
  const events: PublishEvent[] = [];
  beforeEach(() => void events.splice(0));

  const run = (options: OptionValues = {}, env: Record<string, string> = {}, more: Partial<SiteRequest> = {}, signal?: AbortSignal) =>
    publishSite(
      docker,
      {
        project: openProject([scene.pets], { name: "pets" }),
        options: { run: true, port: scene.port, ...options },
        env: { ...scene.engine.env, ...env },
        runtime: scene.runtime,
        ...more,
      },
      { report: (event) => events.push(event), ...(signal ? { signal } : {}) },
    );
  const envOf = (index = 0) => scene.engine.containers[index]?.spec.Env;
  const secretOf = (index = 0) => scene.engine.containers[index]?.spec.Env.find((entry) => entry.startsWith("DATASETTE_SECRET="));

  const from = (folder: string, site = {}) => run({}, {}, { project: openProject([folder], site) });

  it("starts a locked-down container and gives its address", async () => {
    expect((await run({}, {}, { dryRun: true })).plan).toEqual([
      { verb: "load", target: "pets:latest" },
      { verb: "run", target: "datasette-pets" },
    ]);
    expect(scene.engine.calls.filter((call) => !call.startsWith("GET "))).toEqual([]);
    const { deployment } = await run();
    const next = ["open", "status", "logs", "unpublish"].map((verb) => ({
      action: "use",
      verb,
      provider: "docker",
      options: { name: "pets" },
    }));
    expect(deployment).toMatchObject({ id: "datasette-pets", url: `http://127.0.0.1:${scene.port}/`, next });
    expect(scene.engine.containers).toHaveLength(1);
    expect(scene.engine.containers[0]?.spec).toMatchObject({
      Labels: {
        "io.datasette.publish.site": "pets",
        "io.datasette.publish.run": "true",
        "io.datasette.publish.url": `http://127.0.0.1:${scene.port}/`,
        "io.datasette.publish.variables": "DATASETTE_SECRET",
      },
      HostConfig: {
        ReadonlyRootfs: true,
        CapDrop: ["ALL"],
        SecurityOpt: ["no-new-privileges"],
        Memory: 512 * 1024 ** 2,
        Tmpfs: { "/tmp": "rw,noexec,nosuid,size=128m,mode=1777" },
        RestartPolicy: { Name: "unless-stopped" },
        PortBindings: { "8006/tcp": [{ HostIp: "127.0.0.1", HostPort: String(scene.port) }] },
      },
    });
    expect(secretOf()).toMatch(/^DATASETTE_SECRET=[0-9a-f]{64}$/);
  });

  it("says how to have it served, and a command that serves on this machine alone", async () => {
    const { deployment } = await run({ run: false, port: undefined });
    expect(deployment?.next).toMatchObject([
      { action: "set-option", option: "run", value: true },
      { action: "run", run: expect.arrayContaining(["docker", "127.0.0.1:8006:8006"]) as string[] },
    ]);
  });

  it("gives the container and the command the memory that was asked for, a quarter of it for temporary files", async () => {
    await run({ memory: 1024 });
    expect(scene.engine.containers[0]?.spec.HostConfig).toMatchObject({
      Memory: 1024 ** 3,
      Tmpfs: { "/tmp": expect.stringContaining("size=256m") as string },
    });
    const line = async (memory: number) => {
      const { deployment } = await run({ run: false, port: undefined, memory });
      return JSON.stringify(deployment?.next).replaceAll('","', " ");
    };
    expect(await line(256)).toContain("--read-only --tmpfs /tmp:size=64m --memory 256m --security-opt no-new-privileges");
    expect(await line(0)).toContain("--read-only --tmpfs /tmp --security-opt no-new-privileges");
    await run({ memory: 0 });
    expect(scene.engine.containers[0]?.spec.HostConfig).not.toHaveProperty("Memory");
    await expect(run({ memory: 32 })).rejects.toMatchObject({ code: "OPTION_INVALID", facts: { option: "memory" } });
  });

  it("does not replace the site of another folder of that name, unless the name is given", async () => {
    const [mine, other] = ["mine", "other"].map((parent) => join(dirname(scene.pets), parent, "pets"));
    for (const folder of [mine!, other!]) {
      await mkdir(folder, { recursive: true });
      await copyFile(scene.pets, join(folder, "pets.csv"));
    }
    await from(mine!);
    const source = scene.engine.containers[0]?.spec.Labels["io.datasette.publish.source"];
    expect(source).toMatch(/^[0-9a-f]{12}$/);
    await from(`${mine}/`);
    await expect(from(other!)).rejects.toMatchObject({ code: "SITE_EXISTS", facts: { name: "pets" } });
    expect(scene.engine.containers.map(({ spec }) => spec.Labels["io.datasette.publish.source"])).toEqual([source]);
    await from(other!, { name: "pets" });
    await expect(from(mine!)).rejects.toMatchObject({ code: "SITE_EXISTS" });
    delete scene.engine.containers[0]?.spec.Labels["io.datasette.publish.source"];
    await expect(from(mine!)).rejects.toMatchObject({ code: "SITE_EXISTS" });
    await expect(
      unpublish(docker, { project: openProject([mine!]), options: {}, env: scene.engine.env }, { report: () => {} }),
    ).rejects.toMatchObject({
      code: "SITE_EXISTS",
    });
    expect(await readdir(other!)).toEqual(["pets.csv"]);
  });

  it("looks once for the engine", async () => {
    await run();
    expect(scene.engine.calls.filter((call) => call === "GET /_ping")).toHaveLength(1);
  });

  it("makes a secret when the variable is there but empty", async () => {
    await run({}, { DATASETTE_SECRET: "" });
    expect(secretOf()).toMatch(/^DATASETTE_SECRET=[0-9a-f]{64}$/);
  });

  it("replaces the container it ran in before, and keeps its secret", async () => {
    const first = await run({}, { DATASETTE_SECRET: "the user's own secret" });
    const before = scene.engine.containers[0]?.id;
    expect((await run({}, {}, { dryRun: true })).plan).toEqual([
      { verb: "load", target: "pets:latest" },
      { verb: "replace", target: "datasette-pets" },
      { verb: "remove", target: "earlier datasette-pets" },
    ]);
    const second = await run({}, { DATASETTE_SECRET: "another one" });
    expect(second.deployment?.id).toBe(first.deployment?.id);
    expect(scene.engine.containers.map(({ name, running }) => ({ name, running }))).toEqual([{ name: "datasette-pets", running: true }]);
    expect(scene.engine.containers[0]?.id).not.toBe(before);
    expect(secretOf()).toBe("DATASETTE_SECRET=the user's own secret");
    expect(JSON.stringify([first, second, events])).not.toContain("the user's own secret");
  });

  it("keeps the variables of the container it replaces, but not those of its image", async () => {
    await run({}, { DATASETTE_SECRET: "the user's own secret" }, { variables: ["LEFT=first-value", "RIGHT=second-value"] });
    scene.engine.containers[0]?.spec.Env.push("LANG=of-the-image");
    await run({}, {}, { variables: ["RIGHT=third-value"] });
    expect(envOf()?.sort()).toEqual(["DATASETTE_SECRET=the user's own secret", "LEFT=first-value", "PORT=8006", "RIGHT=third-value"]);
    expect(JSON.stringify(events)).not.toContain("-value");
  });

  it("keeps the secret of a container that does not say what it was given", async () => {
    await run({}, { DATASETTE_SECRET: "the user's own secret" });
    delete scene.engine.containers[0]?.spec.Labels["io.datasette.publish.variables"];
    await run();
    expect(secretOf()).toBe("DATASETTE_SECRET=the user's own secret");
  });

  it("leaves containers of other sites and of docker run alone", async () => {
    await run();
    const [ours] = scene.engine.containers;
    if (!ours) throw new Error("no container");
    scene.engine.containers.push({
      ...ours,
      id: "users",
      name: "users",
      running: false,
      spec: { ...ours.spec, Labels: { "io.datasette.publish.site": "pets" } },
    });
    await run();
    expect(scene.engine.containers.map(({ name }) => name).sort()).toEqual(["datasette-pets", "users"]);
  });

  it("says which site has the port", async () => {
    await run();
    const other = run({}, {}, { project: openProject([scene.pets], { name: "cats" }) });
    const remedies = [
      { action: "set-option", option: "port" },
      { action: "use", verb: "unpublish", options: { name: "pets" } },
    ];
    await expect(other).rejects.toMatchObject({ code: "PORT_TAKEN", facts: { port: scene.port, site: "pets" }, remedies });
  });

  it.each([
    ["the engine cannot start it", { startErrors: ["OCI runtime create failed"] }, "ENGINE_REFUSED"],
    ["the port is taken meanwhile", { startErrors: ["port is already allocated"] }, "PORT_TAKEN"],
    ["it has other rows", { rows: 7 }, "DEPLOYMENT_UNHEALTHY"],
  ] as const)("keeps the earlier container when %s", async (_why, misbehaviour, code) => {
    await run();
    const restored = scene.engine.containers[0]?.id;
    Object.assign(scene.engine.misbehaviour, misbehaviour);
    const failing = run({}, {}, { timeoutMs: 300 });
    await expect(failing).rejects.toMatchObject({ code });
    expect(scene.engine.containers.map(({ id, running }) => ({ id, running }))).toEqual([{ id: restored, running: true }]);
  });

  it("starts the earlier container again, and shows the new one's last lines", async () => {
    await run();
    scene.engine.misbehaviour.rows = 7;
    await expect(run({}, {}, { timeoutMs: 300 })).rejects.toMatchObject({ facts: { logs: "last words", restored: "datasette-pets" } });
    expect(scene.engine.containers[0]?.running).toBe(true);
    expect(events).toContainEqual({ type: "output", id: "docker", text: "last words" });
  });

  it("starts the earlier container again where the engine keeps no logs", async () => {
    await run();
    Object.assign(scene.engine.misbehaviour, { rows: 7, keepsNoLogs: true });
    await expect(run({}, {}, { timeoutMs: 300 })).rejects.toMatchObject({ facts: { restored: "datasette-pets" } });
    expect(scene.engine.containers.map(({ running }) => running)).toEqual([true]);
  });

  it("puts the earlier container back when it is cancelled while waiting", async () => {
    await run();
    const restored = scene.engine.containers[0]?.id;
    scene.engine.misbehaviour.rows = 7;
    const stop = new AbortController();
    const failing = run({}, {}, { timeoutMs: 60_000 }, stop.signal);
    await vi.waitUntil(() => events.filter((event) => event.type === "step.started" && event.id === "confirm").length === 2);
    stop.abort();
    await expect(failing).rejects.toMatchObject({ code: "CANCELLED" });
    expect(scene.engine.containers.map(({ id, running }) => ({ id, running }))).toEqual([{ id: restored, running: true }]);
  });

  it("leaves nothing when the first container is not healthy", async () => {
    scene.engine.misbehaviour.rows = 7;
    await expect(run({}, {}, { timeoutMs: 300 })).rejects.toMatchObject({ facts: { logs: "last words", restored: null } });
    expect(scene.engine.containers).toEqual([]);
  });

  it("says what the engine refused to load, and starts nothing", async () => {
    scene.engine.misbehaviour.loadError = "unsupported compression";
    await expect(run()).rejects.toMatchObject({
      code: "ENGINE_REFUSED",
      message: expect.stringContaining("unsupported compression") as string,
    });
    expect(scene.engine.containers).toEqual([]);
  });
});
