import { rollback, unpublish, type HostContext, type Provider } from "@datasette-publish/core";
import { realPart } from "@datasette-publish/testkit";
import { describe, expect, test } from "vitest";
import { heroku } from "./provider.ts";
import { herokuScene, name } from "./scene.test-support.ts";

/** As core sees it: its options may be any. */
const provider: Provider = heroku;

/** What Heroku answers about one dyno. */
function answerOf(state: string, version: number) {
  return { status: 200, body: [{ type: "web", state, release: { version } }] };
}

describe.skipIf(!realPart("registry"))("what is published at Heroku", () => {
  const { fake, app, site, write, request, run, ask, changes, output } = herokuScene();
  const goBack = async (id?: string) => (await rollback(provider, request(), id, { report: () => {} })).release;
  const passedOver = async () => (await ask(provider.status!))?.releases.flatMap((release) => (release.passedOver ? [release.id] : []));
  const stateOf = async () => (await ask(provider.status!))?.state;

  test("has a status with its releases", async () => {
    expect(await ask(provider.status!)).toBeNull();
    const { deployment } = await run();
    expect(await ask(provider.status!)).toEqual({
      site: "pets",
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
      facts: { dynoSize: "basic", region: "us" },
    });
  });

  test("runs, starts, has crashed or is stopped", async () => {
    await run();
    expect(await stateOf()).toBe("running");
    app().dyno!.state = "starting";
    expect(await stateOf()).toBe("starting");
    app().dyno!.state = "crashed";
    expect(await stateOf()).toBe("failed");
    app().dyno!.state = "down";
    expect(await stateOf()).toBe("stopped");
    app().dyno!.state = "idle";
    expect(await stateOf()).toBe("sleeping");
    app().maintenance = true;
    expect(await stateOf()).toBe("stopped");
    app().maintenance = false;
    app().dyno = null;
    expect(await stateOf()).toBe("stopped");
  });

  test("is unfinished until something has run", async () => {
    fake().api.fail("PATCH /apps/{app}/formation", { status: 422, body: { id: "invalid_params", message: "No." } });
    await expect(run()).rejects.toMatchObject({ code: "HOST_REFUSED" });
    expect(await stateOf()).toBe("unfinished");
    await run();
    expect(await stateOf()).toBe("running");
  });

  test("has a log, of as many lines as are asked for", async () => {
    await run();
    const lines: string[] = [];
    await ask(async (host) => {
      for await (const line of provider.logs!(host, { follow: false, lines: 2 })) lines.push(line);
    });
    expect(lines).toEqual(app().log.lines.slice(-2));
  });

  test("has a log that shows no secret of the app", async () => {
    await run();
    app().configVars["OTHER_API_KEY"] = "known-at-heroku-only";
    for (const value of Object.values(app().configVars)) app().log.write(`app[web.1]: It is ${value}.`);
    await ask(async (host) => {
      await provider.status!(host);
      for await (const text of provider.logs!(host, { follow: false, lines: 3 })) host.report({ type: "output", id: "logs", text });
    });
    const lines = output().slice(-3);
    const { DATASETTE_SECRET: secret, OTHER_API_KEY: other } = app().configVars;
    expect(lines).toHaveLength(3);
    expect(lines).toContain("app[web.1]: It is pets.");
    for (const value of [secret!, other!]) expect(lines.join()).not.toContain(value);
  });

  test("is not shown to who lacks a second factor", async () => {
    await run();
    fake().api.fail("GET /apps/{app}/config-vars", { status: 403, body: { id: "two_factor", message: "A second factor is needed." } });
    await expect(ask(provider.status!)).rejects.toMatchObject({ code: "CREDENTIALS_INSUFFICIENT" });
  });

  test("has a log that is followed until somebody stops it", async () => {
    await run();
    const stop = new AbortController();
    const follow = async (host: HostContext) => {
      for await (const line of provider.logs!({ ...host, signal: stop.signal }, { follow: true, lines: 100 }))
        if (line.includes("Release v3 created")) stop.abort();
    };
    await expect(ask(follow)).rejects.toMatchObject({ code: "CANCELLED" });
  });

  test("has a log that goes on after silence, and gives no line twice", async () => {
    await run();
    const lines: string[] = [];
    const sessions: unknown[] = [];
    const silent = (text: string): typeof fetch => {
      const broken = Object.assign(new Error("terminated"), { code: "UND_ERR_BODY_TIMEOUT" });
      const chunks: (Buffer | Error)[] = [Buffer.from(text), broken];
      const pull = (controller: ReadableStreamDefaultController) => {
        const next = chunks.shift();
        if (next instanceof Error) controller.error(next);
        else controller.enqueue(next);
      };
      return () => (sessions.push(text), Promise.resolve(new Response(new ReadableStream({ pull }, { highWaterMark: 0 }))));
    };
    const streams = [silent("one\ntwo\n"), silent("two\nthree\n"), () => Promise.reject(new Error("enough"))];
    const answer: typeof fetch = (...call) => streams.shift()!(...call);
    const follow = async (host: HostContext) => {
      for await (const line of provider.logs!({ ...host, fetch: answer }, { follow: true, lines: 100 })) lines.push(line);
    };
    await expect(ask(follow)).rejects.toMatchObject({ code: "HOST_UNREACHABLE" });
    expect(lines).toEqual(["one", "two", "three"]);
    expect(sessions).toHaveLength(2);
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
    expect(await ask(provider.status!)).toMatchObject({ releases: [{ id: "v6", current: true }, {}, {}, {}, {}, {}] });
  });

  test("has gone back once a dyno of that release is up", async () => {
    await run();
    await write("name,legs\nRex,4\nPolly,2\n");
    await run();
    fake().api.fail("GET /apps/{app}/dynos", answerOf("up", 4), 3);
    fake().api.fail("GET /apps/{app}/dynos", answerOf("crashed", 5), 2);
    await expect(goBack()).rejects.toMatchObject({
      code: "DEPLOYMENT_UNHEALTHY",
      remedies: [{ action: "use", verb: "logs" }, { action: "advise" }, { action: "use", verb: "rollback" }],
    });
    expect(await goBack("4")).toMatchObject({ id: "v6" });
  });

  test("goes back at once when it is stopped", async () => {
    await run();
    await write("name,legs\nRex,4\nPolly,2\n");
    await run();
    for (const formation of app().formation.values()) formation.quantity = 0;
    expect(await goBack()).toMatchObject({ id: "v5" });
  });

  test("goes back past what an earlier rollback went past", async () => {
    await run();
    for (const other of ["Polly", "Mia"]) {
      await write(`name,legs\nRex,4\n${other},2\n`);
      if (other === "Mia") site.rows = 3;
      await run({}, { timeoutMs: 300 }).catch(() => {});
    }
    expect(app().releases.at(-1)?.description).toBe("Rollback to v4");
    expect(await passedOver()).toEqual(["v5", "v4"]);
    await goBack();
    expect(app().releases.at(-1)?.description).toBe("Rollback to v3");
    await goBack("v6");
    expect(await passedOver()).toEqual(["v7", "v6", "v5", "v4"]);
    await goBack();
    expect(app().releases.at(-1)?.description).toBe("Rollback to v3");
    await expect(goBack()).rejects.toMatchObject({ code: "OPTION_INVALID" });
  });

  test("has nothing to go back to at first", async () => {
    await run();
    await expect(goBack()).rejects.toMatchObject({ code: "OPTION_INVALID" });
  });

  test("is listed and removed, and nothing else is", async () => {
    await fake().addApp({ name: "other", stack: "container" });
    await fake().addApp({ name: "older", stack: "heroku-24" });
    const { deployment } = await run();
    expect(await ask(provider.list!)).toEqual([{ name, url: deployment?.url }]);
    await unpublish(provider, request(), { report: () => {} });
    expect([...fake().apps.keys()]).toEqual(["other", "older"]);
    await expect(unpublish(provider, request(), { report: () => {} })).rejects.toMatchObject({ code: "NOT_PUBLISHED" });
  });

  test("is not an app that this tool did not make", async () => {
    await fake().addApp({ name, stack: "container" });
    expect(await ask(provider.status!)).toBeNull();
    await expect(goBack()).rejects.toMatchObject({ code: "NOT_PUBLISHED" });
    await expect(unpublish(provider, request(), { report: () => {} })).rejects.toMatchObject({ code: "NOT_PUBLISHED" });
    expect(changes()).toEqual([]);
  });
});
