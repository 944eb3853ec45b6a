import { rollback, unpublish, type HostContext } from "@datasette-publish/core";
import { realPart } from "@datasette-publish/testkit";
import { describe, expect, test } from "vitest";
import { verbs } from "./manage.ts";
import { heroku } from "./provider.ts";
import { herokuScene, name } from "./scene.test-support.ts";

describe.skipIf(!realPart("registry"))("what is published at Heroku", () => {
  const { fake, app, write, request, run, ask, changes } = herokuScene();
  const goBack = async (id?: string) => (await rollback(heroku, request(), id, { report: () => {} })).release;
  const stateOf = async () => (await ask(verbs.status))?.state;

  test("has a status with its releases", async () => {
    expect(await ask(verbs.status)).toBeNull();
    const { deployment } = await run();
    expect(await ask(verbs.status)).toEqual({
      name,
      url: deployment?.url,
      state: "running",
      releases: app()
        .releases.toReversed()
        .map(({ version, description, createdAt }, i) => ({
          id: `v${version}`,
          current: i === 0,
          status: "succeeded",
          description,
          createdAt,
          restorable: expect.any(Boolean) as boolean,
        })),
      facts: { dynoSize: "Basic", region: "us" },
    });
  });

  test("runs, starts, has crashed or is stopped", async () => {
    await run();
    expect(await stateOf()).toBe("running");
    app().dyno!.state = "starting";
    expect(await stateOf()).toBe("starting");
    app().dyno!.state = "crashed";
    expect(await stateOf()).toBe("failed");
    app().maintenance = true;
    expect(await stateOf()).toBe("stopped");
    app().maintenance = false;
    app().dyno = null;
    expect(await stateOf()).toBe("stopped");
  });

  test("has a log, of as many lines as are asked for", async () => {
    await run();
    const lines: string[] = [];
    await ask(async (host) => {
      for await (const line of verbs.logs(host, { follow: false, lines: 2 })) lines.push(line);
    });
    expect(lines).toEqual(app().log.lines.slice(-2));
  });

  test("has a log that is followed until somebody stops it", async () => {
    await run();
    const stop = new AbortController();
    const follow = async (host: HostContext) => {
      for await (const line of verbs.logs({ ...host, signal: stop.signal }, { follow: true, lines: 100 }))
        if (line.includes("Release v3 created")) stop.abort();
    };
    await expect(ask(follow)).rejects.toMatchObject({ code: "CANCELLED" });
  });

  test("goes back to the release before, or to one that is named", async () => {
    await run();
    await write("name,legs\nRex,4\nPolly,2\n");
    await run();
    await expect(goBack("v2")).rejects.toMatchObject({ code: "OPTION_INVALID", facts: { release: "v2" } });
    expect(await goBack()).toMatchObject({ id: "v5", status: "succeeded" });
    expect(app().releases.at(-1)?.slug).toEqual(app().releases[2]?.slug);
    expect(await goBack("v4")).toMatchObject({ id: "v6" });
    expect(app().releases.at(-1)?.slug).toEqual(app().releases[3]?.slug);
    expect(await ask(verbs.status)).toMatchObject({ releases: [{ id: "v6", current: true }, {}, {}, {}, {}, {}] });
  });

  test("has nothing to go back to at first", async () => {
    await run();
    await expect(goBack()).rejects.toMatchObject({ code: "OPTION_INVALID" });
  });

  test("is listed and removed, and nothing else is", async () => {
    await fake().addApp({ name: "other", stack: "container" });
    await fake().addApp({ name: "older", stack: "heroku-24" });
    const { deployment } = await run();
    expect(await ask(verbs.list)).toEqual([{ name, url: deployment?.url }]);
    await unpublish(heroku, request(), { report: () => {} });
    expect([...fake().apps.keys()]).toEqual(["other", "older"]);
    await expect(unpublish(heroku, request(), { report: () => {} })).rejects.toMatchObject({ code: "NOT_PUBLISHED" });
  });

  test("is not an app that this tool did not make", async () => {
    await fake().addApp({ name, stack: "container" });
    expect(await ask(verbs.status)).toBeNull();
    await expect(goBack()).rejects.toMatchObject({ code: "NOT_PUBLISHED" });
    await expect(unpublish(heroku, request(), { report: () => {} })).rejects.toMatchObject({ code: "NOT_PUBLISHED" });
    expect(changes()).toEqual([]);
  });
});
