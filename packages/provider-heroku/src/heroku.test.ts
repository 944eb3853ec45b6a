import { type PlanAction } from "@datasette-publish/core";
import { realPart, publishSite } from "@datasette-publish/testkit";
import { describe, expect, test } from "vitest";
import { heroku } from "./provider.ts";
import { herokuScene, name } from "./scene.test-support.ts";

describe.skipIf(!realPart("registry"))("publish to Heroku", () => {
  const { fake, app, write, run, changes, outcomes, output, request, events } = herokuScene();

  test("a plan says what publish then does", async () => {
    const { plan } = await run({ dynoSize: "eco" }, { dryRun: true });
    expect(changes()).toEqual([]);
    expect(plan).toEqual<PlanAction[]>([
      { verb: "create", target: `app ${name}` },
      { verb: "update", target: `config vars of ${name}` },
      { verb: "push", target: `${fake().env.HEROKU_REGISTRY}/${name}/web` },
      { verb: "run", target: `web dyno of ${name}` },
    ]);
    const { deployment, images } = await run({ dynoSize: "eco" });
    expect(changes()).toEqual([
      "POST /apps",
      "PATCH /apps/{app}/config-vars",
      "PATCH /apps/{app}/formation",
      "PATCH /apps/{app}/formation",
    ]);
    expect(deployment).toMatchObject({
      id: name,
      facts: { app: name, release: "v3", dynoSize: "eco", configDigest: images?.[0]?.configDigest },
    });
    expect(app()).toMatchObject({ stack: "container", region: "us", configVars: { DATASETTE_PUBLISH_SITE: "pets" } });
    expect(Object.keys(app().configVars)).not.toContain("PORT");
    expect(app().formation.get("web")).toMatchObject({ quantity: 1, size: "Eco" });
    await expect(fetch(new URL("-/versions.json", deployment!.url!))).resolves.toMatchObject({ status: 200 });
  });

  test("a second publish makes no release, changes nothing and keeps the secret", async () => {
    const first = await run();
    const { releases, configVars } = app();
    const before = { releases: releases.length, secret: configVars["DATASETTE_SECRET"], changes: changes().length };
    expect(before.secret).toMatch(/^[0-9a-f]{64}$/);
    const second = await run();
    expect(second.deployment).toEqual(first.deployment);
    expect(app().releases).toHaveLength(before.releases);
    expect(app().configVars["DATASETTE_SECRET"]).toBe(before.secret);
    expect(changes().slice(before.changes)).toEqual(["PATCH /apps/{app}/formation"]);
    expect(outcomes("heroku.replace")).toEqual(["unchanged"]);
    expect((await run({}, { dryRun: true })).plan).toEqual([
      { verb: "push", target: `${fake().env.HEROKU_REGISTRY}/${name}/web` },
      { verb: "replace", target: `web dyno of ${name}` },
    ]);
  });

  test("new data makes one release; a variable makes one more, and only once", async () => {
    await run();
    await write("name,legs\nRex,4\nPolly,2\n");
    expect((await run()).deployment?.facts["release"]).toBe("v4");
    expect(outcomes("heroku.replace")).toEqual(["done"]);
    const variables = ["SECRET_OF_MINE=aboutSixLetters"];
    expect((await run({}, { variables, dryRun: true })).plan?.[0]).toEqual({ verb: "update", target: `config vars of ${name}` });
    await run({}, { variables });
    await run({}, { variables });
    expect(app().releases).toHaveLength(5);
    expect(app().configVars).toMatchObject({ SECRET_OF_MINE: "aboutSixLetters" });
  });

  test("dynos that somebody scaled stay, unless another size is asked for", async () => {
    await run();
    Object.assign(app().formation.get("web")!, { quantity: 2, size: "Standard-1X" });
    expect((await run()).deployment?.facts["dynoSize"]).toBe("standard-1x");
    expect(app().formation.get("web")).toMatchObject({ quantity: 2, size: "Standard-1X" });
    await run({ dynoSize: "standard-2x" });
    expect(app().formation.get("web")).toMatchObject({ quantity: 2, size: "Standard-2X" });
    app().formation.get("web")!.quantity = 0;
    await run();
    expect(app().formation.get("web")).toMatchObject({ quantity: 1 });
  });

  test("a new app gets basic dynos, whatever the account's default is; another keeps what it has", async () => {
    fake().behaviour.defaultSize = "Eco";
    expect((await run()).deployment?.facts["dynoSize"]).toBe("basic");
    expect(app().formation.get("web")).toMatchObject({ quantity: 1, size: "Basic" });
    await fake().addApp({ name: "other", stack: "container", dynos: { web: 1 } });
    expect((await run({ app: "other", setStack: true })).deployment?.facts["dynoSize"]).toBe("eco");
    await fake().addApp({ name: "workers", stack: "container", dynos: { worker: 1 } });
    expect((await run({ app: "workers", setStack: true })).deployment?.facts["dynoSize"]).toBe("eco");
  });

  test("a team owns the app, in the region that is asked for", async () => {
    await run({ team: "cats", region: "eu" });
    expect(changes()[0]).toBe("POST /teams/apps");
    expect(app()).toMatchObject({ team: "cats", region: "eu", stack: "container" });
    await run({ team: "cats", region: "eu" });
  });

  test.each([
    [{ region: "moon" }, "eu, us"],
    [{ region: "dublin" }, "eu, us"],
    [{ team: "dogs" }, "cats"],
    [{ team: "none" }, "cats"],
  ])("a new app cannot be at %j, and before anything is built it is said where it can be", async (options, known) => {
    await expect(run(options)).rejects.toMatchObject({
      code: "OPTION_INVALID",
      message: expect.stringContaining(known) as string,
      facts: { option: Object.keys(options)[0] },
    });
    expect(events).not.toContainEqual(expect.objectContaining({ id: "convert" }));
    expect(changes()).toEqual([]);
  });

  test.each([
    [{ region: "eu" }, { option: "region", is: "us" }],
    [{ team: "cats" }, { option: "team", is: null }],
  ])("an app that is there does not move to %j", async (options, facts) => {
    await run();
    const before = changes().length;
    await expect(run(options)).rejects.toMatchObject({ code: "OPTION_INVALID", facts });
    expect(changes()).toHaveLength(before);
  });

  test("Heroku builds from source", async () => {
    const { plan } = await run({ build: "remote" }, { dryRun: true });
    expect(plan?.map(({ target }) => target)).toContain(`build of ${name}`);
    const { images } = await run({ build: "remote" });
    const [build] = [...app().builds.values()];
    expect(build).toMatchObject({ status: "succeeded", source: { version: images?.[0]?.configDigest.slice("sha256:".length) } });
    expect(changes()).toEqual([
      "POST /apps",
      "PATCH /apps/{app}/config-vars",
      "POST /sources",
      "POST /apps/{app}/builds",
      "PATCH /apps/{app}/formation",
    ]);
    expect(output()).toContain("Successfully built");
    await run({ build: "remote" });
    expect(app().builds.size).toBe(1);
    expect(outcomes("heroku.create").at(-1)).toBe("unchanged");
    fake().behaviour.builds = "fail";
    await write("name,legs\nRex,4\nPolly,2\n");
    await expect(run({ build: "remote" })).rejects.toMatchObject({ code: "RELEASE_FAILED" });
  });

  test("a name is made from the site's and the account's, and remembered", async () => {
    const { deployment } = await publishSite(heroku, { ...request(), options: {} }, { report: () => {} });
    expect(deployment?.id).toMatch(/^pets-[0-9a-f]{6}$/);
    expect([...fake().apps.keys()]).toEqual([deployment?.id]);
  });

  test("another stack is changed when that is asked for", async () => {
    await fake().addApp({ name, stack: "heroku-24" });
    const { plan } = await run({ setStack: true }, { dryRun: true });
    expect(plan?.[0]).toEqual({ verb: "update", target: `stack of ${name}` });
    await run({ setStack: true });
    expect(changes()[0]).toBe("PATCH /apps/{app}");
    expect(app()).toMatchObject({ stack: "container", buildStack: "container" });
  });
});
