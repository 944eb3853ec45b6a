import { realPart } from "@datasette-publish/testkit";
import { describe, expect, test } from "vitest";
import { herokuScene, name } from "./scene.test-support.ts";

describe.skipIf(!realPart("registry"))("what goes wrong at Heroku", () => {
  const { fake, app, site, write, run, changes, output } = herokuScene();

  test("a release that does not serve its tables is rolled back", async () => {
    await run();
    const secret = app().configVars["DATASETTE_SECRET"];
    await write("name,legs\nRex,4\n");
    await expect(run({}, { timeoutMs: 500, variables: ["COLOUR=crimson"] })).rejects.toMatchObject({
      code: "DEPLOYMENT_UNHEALTHY",
      facts: { restored: "Release v3", logs: expect.stringContaining("heroku[web.1]") as string },
    });
    expect(app().releases.at(-1)).toMatchObject({ description: "Rollback to v3", slug: app().releases[2]?.slug });
    expect(app().configVars).toEqual({ DATASETTE_PUBLISH_SITE: "pets", DATASETTE_SECRET: secret });
  });

  test.each(["made by publish", "made before"])("a first release of an app %s has nothing to go back to", async (when) => {
    if (when === "made before") await fake().addApp({ name, stack: "container" });
    site.healthy = false;
    await expect(run({}, { timeoutMs: 300 })).rejects.toMatchObject({
      code: "DEPLOYMENT_UNHEALTHY",
      message: expect.not.stringContaining("put back") as string,
      facts: { restored: null },
    });
    site.healthy = true;
    expect((await run()).deployment?.facts["release"]).toBe("v3");
  });

  test.each([
    ["of the Fir generation", { generation: "fir", stack: "container" }],
    ["on another stack", { stack: "heroku-24" }],
  ] as const)("an app %s is left alone", async (_, more) => {
    await fake().addApp({ name, ...more });
    await expect(run()).rejects.toMatchObject({ code: "APP_UNSUITABLE", facts: { app: name } });
    expect(changes()).toEqual([]);
  });

  test("an app of the Fir generation is left alone, also when that is said by its name alone", async () => {
    const stack = { id: "5a", name: "container" };
    const body = { id: "5b", name, region: { id: "5c", name: "us" }, stack, build_stack: stack, web_url: null, generation: "fir" };
    fake().api.fail("GET /apps/{app}", { status: 200, body });
    await fake().addApp({ name, stack: "container" });
    await expect(run()).rejects.toMatchObject({ code: "APP_UNSUITABLE" });
  });

  test("an app that runs what this tool did not publish is left alone", async () => {
    await run();
    app().configVars = {};
    const before = changes().length;
    await expect(run()).rejects.toMatchObject({ code: "APP_UNSUITABLE" });
    expect(changes()).toHaveLength(before);
    await run({ setStack: true });
    expect(app().configVars).toMatchObject({ DATASETTE_PUBLISH_SITE: "pets" });
  });

  test.each([{ worker: 1 }, { worker: 0 }, { web: 0 }])(
    "a container app with dynos %j that is not this tool's is left alone",
    async (dynos) => {
      await fake().addApp({ name, stack: "container", dynos });
      await expect(run()).rejects.toMatchObject({ code: "APP_UNSUITABLE", facts: { app: name } });
      expect(changes()).toEqual([]);
      await run({ setStack: true });
    },
  );

  test("an app that lacks a second factor is not somebody else's", async () => {
    fake().api.fail("GET /apps/{app}", { status: 403, body: { id: "two_factor", message: "A second factor is needed." } });
    await expect(run()).rejects.toMatchObject({ code: "CREDENTIALS_INSUFFICIENT", facts: { id: "two_factor" } });
  });

  test("an app in maintenance mode is left alone", async () => {
    (await fake().addApp({ name, stack: "container" })).maintenance = true;
    await expect(run()).rejects.toMatchObject({ code: "APP_UNSUITABLE" });
    expect(changes()).toEqual([]);
  });

  test("a name that is taken is refused before anything is made, and when it is lost on the way", async () => {
    fake().taken.add(name);
    await expect(run()).rejects.toMatchObject({ code: "NAME_TAKEN", facts: { name }, remedies: [{ action: "set-option", option: "app" }] });
    fake().taken.clear();
    fake().api.fail("POST /apps", { status: 422, body: { id: "invalid_params", message: `Name ${name} is already taken` } });
    await expect(run()).rejects.toMatchObject({ code: "NAME_TAKEN" });
    expect(fake().apps.size).toBe(0);
  });

  test.each([
    [401, "CREDENTIALS_INVALID", "log-in"],
    [402, "ACCOUNT_LIMITED", "open-page"],
    [403, "CREDENTIALS_INSUFFICIENT", "log-in"],
    [422, "HOST_REFUSED", "retry"],
  ])("a %d while an app is made is %s: %s", async (status, code, action) => {
    fake().api.fail("POST /apps", { status, body: { id: "no", message: "No." } });
    const remedies = expect.arrayContaining([expect.objectContaining({ action })]) as unknown;
    await expect(run()).rejects.toMatchObject({ code, facts: { status }, remedies });
    expect(fake().apps.size).toBe(0);
    await run();
  });

  test("a token of nobody is refused", async () => {
    await expect(run({}, { env: { ...fake().env, HEROKU_API_KEY: "HRKU-somebody-else" } })).rejects.toMatchObject({
      code: "CREDENTIALS_INVALID",
    });
  });

  test.each([429, 503])("a %d is waited for", async (status) => {
    fake().api.fail("POST /apps", { status, headers: { "retry-after": "0" }, body: { id: "rate_limit", message: "Later." } });
    await run();
    expect(changes().filter((operation) => operation === "POST /apps")).toHaveLength(2);
    expect(fake().apps.size).toBe(1);
  });

  test.each(["lost", "truncate"] as const)("an app whose making was answered with %j is found by the next run", async (fault) => {
    fake().api.fail("POST /apps", fault);
    await expect(run()).rejects.toMatchObject({ code: "HOST_UNREACHABLE" });
    expect((await run()).deployment?.id).toBe(name);
    expect(fake().apps.size).toBe(1);
  });

  test("what was changed before a publish broke off is put back where a site served", async () => {
    await run();
    await write("name,legs\nRex,4\nPolly,2\n");
    fake().api.fail("PATCH /apps/{app}/formation", { status: 422, body: { id: "invalid_params", message: "No." } });
    const { configVars } = app();
    await expect(run({}, { variables: ["COLOUR=crimson"] })).rejects.toMatchObject({
      code: "HOST_REFUSED",
      facts: { restored: "Release v3" },
    });
    expect(app().configVars).toEqual(configVars);
    expect(
      app()
        .releases.map(({ description }) => description)
        .slice(3),
    ).toEqual(["Set COLOUR config vars", "Rollback to v3"]);
    expect((await run()).deployment?.facts["release"]).toBe("v6");
  });

  test("a rollback whose answer is lost is not made twice", async () => {
    await run();
    await write("name,legs\nRex,4\n");
    fake().api.fail("POST /apps/{app}/releases", "lost");
    await expect(run({}, { timeoutMs: 300 })).rejects.toMatchObject({ code: "DEPLOYMENT_UNHEALTHY", facts: { restored: null } });
    expect(
      app()
        .releases.map(({ description }) => description)
        .filter((text) => text.startsWith("Rollback")),
    ).toHaveLength(1);
    site.rows = 1;
    expect((await run()).deployment?.id).toBe(name);
  });

  test.each(["reset", "lost", "truncate"] as const)("every change that may be repeated is, when its answer is %s", async (fault) => {
    for (const operation of ["PATCH /apps/{app}/config-vars", "PATCH /apps/{app}/formation"]) fake().api.fail(operation, fault);
    await run();
    expect(app().releases).toHaveLength(3);
  });

  test("a release's output is shown, and one that fails is an error", async () => {
    fake().behaviour.releasePhase = "succeeds";
    await run();
    expect(output()).toContain("Done.");
    fake().behaviour.releasePhase = "fails";
    await write("name,legs\nRex,4\nPolly,2\n");
    await expect(run()).rejects.toMatchObject({ code: "RELEASE_FAILED", facts: { app: name, status: "failed" } });
    fake().behaviour.releasePhase = "none";
    expect((await run()).deployment?.facts["release"]).toBe("v5");
  });
});
