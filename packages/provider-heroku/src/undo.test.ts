import { type PublishEvent } from "@datasette-publish/core";
import { realPart, publishSite } from "@datasette-publish/testkit";
import { describe, expect, test } from "vitest";
import { watchRelease } from "./api/dynos.ts";
import { heroku } from "./provider.ts";
import { herokuScene, name } from "./scene.test-support.ts";

const unhealthy = "DEPLOYMENT_UNHEALTHY";

describe.skipIf(!realPart("registry"))("a publish to Heroku that fails", () => {
  const { fake, app, site, write, request, run, ask } = herokuScene();
  const sameRows = () => write("name,legs\nRex,4\nPolly,2\n");
  const lastRelease = () => app().releases.at(-1)?.description;

  /** What Heroku answers about dynos next, each state once; `times` for the last. */
  function answerDynos(states: readonly string[], version: number, times = 1): void {
    for (const [i, state] of states.entries()) {
      const body = [{ type: "web", state, release: { version } }];
      fake().api.fail("GET /apps/{app}/dynos", { status: 200, body }, i === states.length - 1 ? times : 1);
    }
  }

  async function problemAfter(states: readonly string[], version: number): Promise<string | null> {
    answerDynos(states, version);
    return ask((host) => watchRelease(host).ready({ version: 3 }));
  }

  test("is not taken for a success while the dyno before serves as many rows", async () => {
    await run();
    await fake().settled();
    await sameRows();
    fake().behaviour.overlap = true;
    site.starts = false;
    await expect(run()).rejects.toMatchObject({ code: unhealthy, facts: { restored: "Release v3" } });
    expect(lastRelease()).toBe("Rollback to v3");
    site.starts = true;
    await write("name,legs\nRex,4\nMia,4\n");
    expect((await run()).deployment?.facts["release"]).toBe("v6");
  });

  test.each([
    ["is never up", "starting", 4],
    ["is the one before", "up", 3],
  ])("goes back when the dyno %s", async (_, state, version) => {
    await run();
    await sameRows();
    answerDynos([state], version, 99);
    await expect(run({}, { timeoutMs: 300 })).rejects.toMatchObject({ code: unhealthy, facts: { restored: "Release v3" } });
    expect(lastRelease()).toBe("Rollback to v3");
  });

  /** Cancels a publish over the site, `ms` after this step has begun. */
  async function cancelledIn(step: string, ms: number, ...changes: Parameters<typeof request>): Promise<void> {
    const stop = new AbortController();
    const report = (event: PublishEvent) => void (event.type === "step.started" && event.id === step && setTimeout(() => stop.abort(), ms));
    await expect(publishSite(heroku, request(...changes), { report, signal: stop.signal })).rejects.toMatchObject({ code: "CANCELLED" });
  }

  test.each([
    ["config vars", "heroku.update", "PATCH /apps/{app}/config-vars"],
    ["a release", "heroku.replace", "PATCH /apps/{app}/formation"],
  ])("goes back from %s that Heroku had been sent when the user cancelled", async (_, step, operation) => {
    await run();
    await sameRows();
    fake().api.fail(operation, { delayMs: 600 });
    await cancelledIn(step, 200, {}, { variables: ["COLOUR=crimson"] });
    await fake().settled();
    expect(lastRelease()).toBe("Rollback to v3");
    expect(app().configVars).not.toHaveProperty("COLOUR");
  });

  test("goes back from a build that was released before it could be looked at", async () => {
    await run();
    await sameRows();
    fake().api.fail("GET /apps/{app}/builds/{build}", { status: 403, body: { id: "forbidden", message: "no" } });
    await expect(run({ build: "remote" })).rejects.toMatchObject({ facts: { restored: "Release v3" } });
    expect(lastRelease()).toBe("Rollback to v3");
  });

  test("goes back once though the answer was lost", async () => {
    await run();
    await sameRows();
    site.rows = 3;
    fake().api.fail("POST /apps/{app}/releases", "lost");
    const variables = ["COLOUR=crimson"];
    await expect(run({}, { timeoutMs: 300, variables })).rejects.toMatchObject({ code: unhealthy });
    expect(app().releases.filter(({ description }) => description.startsWith("Rollback"))).toHaveLength(1);
    expect(app().configVars).not.toHaveProperty("COLOUR");
  });

  test("goes back when the dyno crashes later, without waiting for the site", async () => {
    await run();
    await write("name,legs\nRex,4\n");
    const publishing = publishSite(heroku, request({}, { timeoutMs: 600_000 }), {
      report: (event) => void (event.type === "step.started" && event.id === "confirm" && answerDynos(["up", "crashed"], 4, 2)),
    });
    await expect(publishing).rejects.toMatchObject({ code: unhealthy, facts: { restored: "Release v3" } });
  });

  test("goes back when it is cancelled while it waits", async () => {
    await run();
    await sameRows();
    const stop = new AbortController();
    const report = (event: PublishEvent) => void (event.type === "step.started" && event.id === "confirm" && stop.abort());
    await expect(publishSite(heroku, request(), { report, signal: stop.signal })).rejects.toMatchObject({ code: "CANCELLED" });
    expect(lastRelease()).toBe("Rollback to v3");
  });

  test.each([1, 0])("goes back when it is cancelled before the image is there, with %i dynos", async (quantity) => {
    await run();
    const { configVars } = app();
    Object.assign(app().formation.get("web")!, { quantity });
    const stop = new AbortController();
    const report = (event: PublishEvent) => void (event.type === "step.ended" && event.id === "heroku.update" && stop.abort());
    const cancelled = publishSite(heroku, request({}, { variables: ["COLOUR=crimson"] }), { report, signal: stop.signal });
    await expect(cancelled).rejects.toMatchObject({ code: "CANCELLED" });
    expect(lastRelease()).toBe("Rollback to v3");
    expect(app().configVars).toEqual(configVars);
  });

  test("says so when it cannot go back, also when it is cancelled", async () => {
    await run();
    await sameRows();
    const stop = new AbortController();
    const report = (event: PublishEvent) => void (event.type === "step.started" && event.id === "confirm" && stop.abort());
    fake().api.fail("POST /apps/{app}/releases", { status: 422, body: { id: "invalid_params", message: "No." } });
    const cancelled = publishSite(heroku, request({ dynoSize: "standard-2x" }), { report, signal: stop.signal });
    await expect(cancelled).rejects.toMatchObject({ code: unhealthy, facts: { restored: null } });
    expect(app().formation.get("web")).toMatchObject({ size: "Basic" });
  });

  test("leaves dynos of the former size", async () => {
    await run();
    site.rows = 3;
    const larger = run({ dynoSize: "performance-l" }, { timeoutMs: 300 });
    await expect(larger).rejects.toMatchObject({ code: unhealthy, facts: { restored: "Release v3" } });
    expect(app().formation.get("web")).toMatchObject({ quantity: 1, size: "Basic" });
    expect(app().releases).toHaveLength(3);
  });

  test.each([
    [2, "Release v2"],
    [0, null],
  ])("leaves an app of another stack with %i dynos as it was", async (quantity, restored) => {
    await fake().addApp({ name, stack: "heroku-24", dynos: { web: quantity } });
    site.healthy = false;
    const replaced = run({ setStack: true, dynoSize: "standard-2x" }, { timeoutMs: 300 });
    await expect(replaced).rejects.toMatchObject({ code: unhealthy, facts: { restored } });
    expect(lastRelease()).toBe("Rollback to v2");
    expect(app()).toMatchObject({ stack: "heroku-24", buildStack: "heroku-24", configVars: {} });
    expect(app().formation.get("web")).toMatchObject({ quantity, size: "Basic" });
  });

  test("leaves an app of another stack without a dyno as it was when it fails before it serves", async () => {
    await fake().addApp({ name, stack: "heroku-24", dynos: { web: 0 } });
    fake().api.fail("PATCH /apps/{app}/formation", { status: 422, body: { id: "invalid_params", message: "no" } });
    await expect(run({ setStack: true })).rejects.toMatchObject({ code: "HOST_REFUSED" });
    expect(app()).toMatchObject({ stack: "heroku-24", buildStack: "heroku-24", configVars: {} });
  });

  /** Sets a config var of the site, as somebody else. */
  function setTheirs(): void {
    const { configVars, releases } = app();
    const newest = releases.at(-1)!;
    configVars["THEIRS"] = "1";
    releases.push({
      ...newest,
      id: "theirs",
      by: "somebody@example.org",
      version: newest.version + 1,
      description: "Set THEIRS config vars",
      configVars: { ...configVars },
    });
  }

  /** A publish whose image is refused, while somebody else makes a release. */
  async function refusedMeanwhile(variables: readonly string[]): Promise<unknown> {
    await run();
    await sameRows();
    fake().api.fail("PATCH /apps/{app}/formation", { status: 422, body: { id: "invalid_params", message: "no" } });
    const publishing = publishSite(heroku, request({}, { variables }), {
      report: (event) => void (event.type === "step.started" && event.id === "heroku.replace" && setTheirs()),
    });
    return publishing.catch((error: unknown) => error);
  }

  test("leaves a release of somebody else when it has released nothing", async () => {
    expect(await refusedMeanwhile([])).toMatchObject({ code: "HOST_REFUSED", facts: { restored: "Release v4" } });
    expect(app().releases).toHaveLength(4);
  });

  test("leaves a release of somebody else when the build failed", async () => {
    await run();
    await sameRows();
    fake().behaviour.builds = "fail";
    const publishing = publishSite(heroku, request({ build: "remote" }), {
      report: (event) => void (event.type === "step.started" && event.id === "heroku.create" && setTheirs()),
    });
    await expect(publishing).rejects.toMatchObject({ code: "RELEASE_FAILED", facts: { restored: "Release v4" } });
    expect(lastRelease()).toBe("Set THEIRS config vars");
  });

  test("leaves a release of somebody else when the same image was released with other config vars", async () => {
    await run();
    site.rows = 3;
    const publishing = publishSite(heroku, request({}, { variables: ["COLOUR=crimson"], timeoutMs: 300 }), {
      report: (event) => void (event.type === "step.started" && event.id === "confirm" && setTheirs()),
    });
    await expect(publishing).rejects.toMatchObject({ code: unhealthy, message: expect.stringContaining("v5") as string });
    expect(app().configVars).toMatchObject({ COLOUR: "crimson", THEIRS: "1" });
  });

  test.each(["the same image", "a new image"])("leaves a release of somebody else that is made while ours is, with %s", async (image) => {
    await run();
    if (image === "a new image") await sameRows();
    site.rows = 3;
    fake().api.fail("PATCH /apps/{app}/config-vars", { delayMs: 600 });
    const publishing = publishSite(heroku, request({}, { variables: ["COLOUR=crimson"], timeoutMs: 300 }), {
      report: (event) => void (event.type === "step.started" && event.id === "heroku.update" && setTimeout(setTheirs, 300)),
    });
    await expect(publishing).rejects.toMatchObject({ code: unhealthy, message: expect.stringContaining("somebody else") as string });
    expect(app().configVars).toMatchObject({ THEIRS: "1" });
  });

  test("leaves a release of somebody else that is made while the image, which runs already, is released", async () => {
    await run();
    site.rows = 3;
    fake().api.fail("PATCH /apps/{app}/formation", { delayMs: 600 });
    const publishing = publishSite(heroku, request({}, { timeoutMs: 300 }), {
      report: (event) => void (event.type === "step.started" && event.id === "heroku.replace" && setTimeout(setTheirs, 300)),
    });
    await expect(publishing).rejects.toMatchObject({ code: unhealthy, facts: { restored: "Release v4" } });
    expect(lastRelease()).toBe("Set THEIRS config vars");
  });

  test("leaves a release of somebody else when it is cancelled before a build is asked for", async () => {
    await run();
    await sameRows();
    fake().api.fail("POST /sources", { delayMs: 600 });
    const stop = new AbortController();
    const publishing = publishSite(heroku, request({ build: "remote" }), {
      signal: stop.signal,
      report(event) {
        if (event.type !== "step.started" || event.id !== "heroku.create") return;
        setTimeout(setTheirs, 200);
        setTimeout(() => stop.abort(), 400);
      },
    });
    await expect(publishing).rejects.toMatchObject({ code: "CANCELLED" });
    expect(lastRelease()).toBe("Set THEIRS config vars");
  });

  test("goes back from a change that Heroku had made before it lost the answer and refused to do it again", async () => {
    await run();
    await sameRows();
    fake().api.fail("PATCH /apps/{app}/config-vars", "lost");
    fake().api.fail("PATCH /apps/{app}/config-vars", { status: 422, body: { id: "invalid_params", message: "no" } });
    await expect(run({}, { variables: ["COLOUR=crimson"] })).rejects.toMatchObject({ code: "HOST_REFUSED" });
    expect(lastRelease()).toBe("Rollback to v3");
    expect(app().configVars).not.toHaveProperty("COLOUR");
  });

  test("leaves a release of somebody else, and says that it stands in the way back", async () => {
    expect(await refusedMeanwhile(["COLOUR=crimson"])).toMatchObject({
      code: unhealthy,
      message: expect.stringContaining("v5") as string,
      facts: { restored: null },
    });
    expect(app().configVars).toMatchObject({ COLOUR: "crimson", THEIRS: "1" });
  });

  test.each(["healthy", "starts"] as const)("runs no dyno when nothing ran before (%s: false)", async (what) => {
    site[what] = false;
    await expect(run({}, { timeoutMs: 300 })).rejects.toMatchObject({ code: unhealthy, facts: { restored: null } });
    expect(app().formation.get("web")).toMatchObject({ quantity: 0 });
    site[what] = true;
    await run();
    expect(app().formation.get("web")).toMatchObject({ quantity: 1 });
  });

  test("a dyno that crashed once is waited for, and one that sleeps is as good as up", async () => {
    await run();
    expect(await problemAfter(["starting", "crashed", "starting", "crashed", "up"], 3)).toBeNull();
    expect(await problemAfter(["idle"], 2)).toBeNull();
    expect(await problemAfter(["crashed", "crashed"], 3)).toEqual(expect.any(String));
  });
});
