import { type PublishEvent } from "@datasette-publish/core";
import { realPart, publishSite } from "@datasette-publish/testkit";
import { describe, expect, test } from "vitest";
import { finishBuild } from "./api/builds.ts";
import { api } from "./api/client.ts";
import type { Build } from "./api/types.ts";
import { heroku } from "./provider.ts";
import { herokuScene, name, type HerokuScene } from "./scene.test-support.ts";

describe.skipIf(!realPart("registry"))("what is still on its way at Heroku", () => {
  const { fake, app, site, request, write, run, ask, changes, output } = herokuScene();

  /** Cancels at the first line of output; returns what was reported. */
  async function cancelled(...asked: Parameters<HerokuScene["request"]>): Promise<readonly PublishEvent[]> {
    const stop = new AbortController();
    const reported: PublishEvent[] = [];
    const report = (event: PublishEvent) => void (reported.push(event), event.type === "output" && stop.abort());
    await expect(publishSite(heroku, request(...asked), { report, signal: stop.signal })).rejects.toMatchObject({ code: "CANCELLED" });
    return reported;
  }

  async function askedAgain(operation: string): Promise<void> {
    const count = () => fake().api.requests.filter((each) => each.operation === operation).length;
    const before = count();
    await expect.poll(count, { timeout: 20_000 }).toBeGreaterThan(before);
  }

  test("a release that is still on its way is waited for, also when it is an earlier run's", async () => {
    await run();
    fake().behaviour.releasePhase = "hangs";
    await ask((host) => api(host)("PATCH /apps/{app}/config-vars", {}, { body: { THEIRS: "1" } }));
    const { plan } = await run({}, { dryRun: true });
    expect(plan?.[0]).toEqual({ verb: "wait", target: `for release v4 of ${name}` });
    const report = (event: PublishEvent) =>
      void (event.type === "step.started" && event.id === "heroku.wait" && (fake().behaviour.releasePhase = "none"));
    await publishSite(heroku, request(), { report });
    expect(app().releases).toMatchObject([{}, {}, {}, { status: "succeeded", description: "Set THEIRS config vars" }]);
  });

  test("a run that is cancelled while a release is pending is finished by the next", async () => {
    fake().behaviour.releasePhase = "succeeds";
    await cancelled();
    await run();
    expect(app().releases).toHaveLength(3);
  });

  test("a release that is pending when a run over a served site is cancelled is gone back from", async () => {
    await run();
    await write("name,legs\nRex,4\nPolly,2\n");
    fake().behaviour.releasePhase = "succeeds";
    await cancelled();
    expect(
      app()
        .releases.map(({ description }) => description)
        .slice(3),
    ).toEqual([expect.any(String), "Rollback to v3"]);
  });

  test("config vars that somebody else was setting stay when a run is undone", async () => {
    await run();
    await write("name,legs\nRex,4\nPolly,2\n");
    fake().behaviour.releasePhase = "hangs";
    await ask((host) => api(host)("PATCH /apps/{app}/config-vars", {}, { body: { THEIRS: "1" } }));
    site.rows = 3;
    setTimeout(() => (fake().behaviour.releasePhase = "none"), 500);
    await expect(run({}, { timeoutMs: 4000 })).rejects.toMatchObject({ code: "DEPLOYMENT_UNHEALTHY" });
    expect(app().releases.at(-1)?.description).toBe("Rollback to v4");
    expect(app().configVars).toMatchObject({ THEIRS: "1" });
  });

  test("a build that goes on when a run over a served site is cancelled is named, and keeps what it needs", async () => {
    await run();
    await write("name,legs\nRex,4\nPolly,2\n");
    fake().behaviour.builds = "hang";
    const colour = { variables: ["COLOUR=crimson"] };
    const warned = (await cancelled({ build: "remote" }, colour)).filter(({ type }) => type === "warned");
    expect(warned).toMatchObject([{ code: "BUILD_PENDING", message: expect.stringContaining(name) as string }]);
    expect(app().configVars).toMatchObject({ COLOUR: "crimson" });
    fake().behaviour.builds = "succeed";
    await run({ build: "remote" }, colour);
    expect(app().releases.filter(({ description }) => description.startsWith("Rollback"))).toEqual([]);
  });

  test("a release that does not end is given up in time, and finished by the next run", async () => {
    fake().behaviour.releasePhase = "hangs";
    await expect(run({}, { timeoutMs: 300 })).rejects.toMatchObject({ code: "RELEASE_FAILED", facts: { app: name, status: "pending" } });
    const next = run();
    await askedAgain("GET /apps/{app}/releases");
    fake().behaviour.releasePhase = "none";
    expect((await next).deployment?.facts["release"]).toBe("v3");
    expect(app().releases).toHaveLength(3);
  });

  test("a release that does not end stands in the way back, and is finished by the next run", async () => {
    await run();
    await write("name,legs\nRex,4\nPolly,2\n");
    fake().behaviour.releasePhase = "hangs";
    await expect(run({}, { timeoutMs: 300 })).rejects.toMatchObject({
      code: "DEPLOYMENT_UNHEALTHY",
      facts: { app: name, status: "pending" },
    });
    fake().behaviour.releasePhase = "none";
    expect((await run()).deployment?.facts["release"]).toBe("v4");
  });

  test("a build that does not end is given up in time, and finished by the next run", async () => {
    fake().behaviour.builds = "hang";
    await cancelled({ build: "remote" });
    const [build] = [...app().builds.values()];
    const begun = { id: build?.id, status: "pending", output_stream_url: build?.outputUrl } as Build;
    await expect(ask((host) => finishBuild(host, begun, 300))).rejects.toMatchObject({
      code: "RELEASE_FAILED",
      facts: { id: build?.id, status: "pending" },
    });
    const next = run({ build: "remote" });
    await askedAgain("GET /apps/{app}/builds");
    fake().behaviour.builds = "succeed";
    await next;
    expect(changes().filter((operation) => operation === "POST /apps/{app}/builds")).toHaveLength(1);
    expect(app().releases).toHaveLength(3);
  });

  test("no secret of the app is in what a release writes", async () => {
    await run();
    app().configVars["OTHER_API_KEY"] = "known-at-heroku-only";
    const secrets = [app().configVars["DATASETTE_SECRET"]!, "known-at-heroku-only"];
    Object.assign(fake().behaviour, { releasePhase: "succeeds", releaseOutput: secrets.map((secret) => `It is ${secret}.`) });
    await run({}, { variables: ["COLOUR=crimson"] });
    expect(output().filter((line) => line.startsWith("It is"))).toHaveLength(2);
    for (const secret of secrets) expect(output().join()).not.toContain(secret);
  });
});
