import { unpublish } from "@datasette-publish/core";
import { realPart } from "@datasette-publish/testkit";
import { describe, expect, test } from "vitest";
import { fly } from "./provider.ts";
import { flyScene, name } from "./scene.test-support.ts";

const machine = "/apps/{app_name}/machines/{machine_id}";

describe.skipIf(!realPart("registry"))("what may go wrong at Fly.io", () => {
  const { fake, machines, site, sickRegions, starts, write, run, changes, request } = flyScene();
  const releases = () => machines().map(({ config }) => (config as { metadata: { release: string } }).metadata.release);

  test("a name that is somebody else's", async () => {
    fake().api.fail("GET /apps/{app_name}", { status: 403, body: { error: "forbidden" } });
    await expect(run()).rejects.toMatchObject({ code: "NAME_TAKEN", facts: { name } });
    fake().taken.add(name);
    await expect(run()).rejects.toMatchObject({ code: "NAME_TAKEN", facts: { name } });
  });

  test("an app that runs something else is not touched", async () => {
    await run();
    Object.assign(machines()[0]!, { config: { image: "web" } });
    const from = fake().api.requests.length;
    await expect(run()).rejects.toMatchObject({ code: "APP_UNSUITABLE" });
    await expect(unpublish(fly, request(), { report: () => {} })).rejects.toMatchObject({ code: "APP_UNSUITABLE" });
    expect(changes(from)).toEqual([]);
  });

  test("a token of nobody's", async () => {
    const env = { ...request().env, FLY_API_TOKEN: "fm2_nobodys" };
    await expect(run({}, { env })).rejects.toMatchObject({ code: "CREDENTIALS_INVALID" });
  });

  test("an organization that the token is not of", async () => {
    await expect(run({ org: "others" })).rejects.toMatchObject({ code: "HOST_REFUSED", facts: { status: 404 } });
  });

  test("a full region", async () => {
    const body = { error: "insufficient resources to create new machine", status: "insufficient_capacity" };
    fake().api.fail("POST /apps/{app_name}/machines", { status: 422, body });
    await expect(run({ region: ["lhr"] })).rejects.toMatchObject({ code: "RELEASE_FAILED", facts: { region: "lhr" } });
    await expect(run({ region: ["lhr"] })).resolves.toMatchObject({ deployment: { id: name } });
  });

  test("a machine that somebody else holds, or has changed meanwhile", async () => {
    await run();
    await write("name,legs\nRex,4\nPolly,2\n");
    machines()[0]!.lease = { nonce: "theirs", description: "", expiresAtMs: performance.now() + 60_000 };
    await expect(run()).rejects.toMatchObject({ code: "HOST_BUSY" });
    expect(machines()[0]?.lease?.nonce).toBe("theirs");
    machines()[0]!.lease = null;
    fake().api.fail(`POST ${machine}`, { status: 412, body: { error: "failed_precondition: machine has another version" } });
    await expect(run()).rejects.toMatchObject({ code: "HOST_REFUSED", facts: { status: 412 } });
    expect(machines()[0]?.lease).toBeNull();
    await run();
    expect(starts).toHaveLength(2);
  });

  test("a machine that takes its time", async () => {
    fake().api.fail(`GET ${machine}/wait`, { status: 408, body: { error: "deadline_exceeded" } }, 2);
    await run();
    expect(machines()).toMatchObject([{ state: "started" }]);
  });

  test("a limit that was reached, and answers that were lost", async () => {
    fake().api.fail("POST /apps", { status: 429, body: { error: "rate limit exceeded" } });
    fake().api.fail("POST /apps/{app_name}/secrets", "lost");
    fake().api.fail(`GET ${machine}`, "truncate");
    await run();
    await write("name,legs\nRex,4\nPolly,2\n");
    fake().api.fail(`POST ${machine}`, "lost");
    await expect(run()).rejects.toMatchObject({ code: "HOST_UNREACHABLE" });
    const { images } = await run();
    expect(releases()).toEqual([images?.[0]?.manifestDigest]);
    expect(machines()[0]?.lease).toBeNull();
  });

  test("a machine that was made while its answer was lost is found", async () => {
    fake().api.fail("POST /apps/{app_name}/machines", "lost");
    await expect(run()).rejects.toMatchObject({ code: "HOST_UNREACHABLE" });
    await run();
    expect(machines()).toHaveLength(1);
  });

  test("a first publish that does not get well leaves no machine", async () => {
    Object.assign(site, { healthy: false });
    await expect(run({}, { timeoutMs: 500 })).rejects.toMatchObject({ code: "DEPLOYMENT_UNHEALTHY", facts: { restored: "nothing" } });
    expect(machines()).toEqual([]);
    Object.assign(site, { healthy: true });
    await run();
    expect(machines()).toHaveLength(1);
  });

  test("an update that does not get well is undone in every region", async () => {
    const first = await run({ region: ["iad", "lhr"] });
    const before = machines().map(({ config }) => config);
    await write("name,legs\nRex,4\nPolly,2\n");
    sickRegions.add("ams");
    const restored = first.images?.[0]?.manifestDigest;
    await expect(run({ region: ["iad", "lhr", "ams"] }, { timeoutMs: 500 })).rejects.toMatchObject({
      code: "DEPLOYMENT_UNHEALTHY",
      facts: { restored },
    });
    expect(machines()).toMatchObject(before.map((config) => ({ config, state: "started", lease: null })));
    expect(starts).toHaveLength(7);
    expect(fake().rateLimited).toBe(0);
  });

  test("an update that fails at its first machine leaves the others alone", async () => {
    await run({ region: ["iad", "lhr"] });
    const before = machines().map(({ config }) => config);
    await write("name,legs\nRex,4\nPolly,2\n");
    sickRegions.add("iad");
    await expect(run({}, { timeoutMs: 300 })).rejects.toMatchObject({ code: "DEPLOYMENT_UNHEALTHY" });
    expect(machines()).toMatchObject(before.map((config) => ({ config, lease: null })));
    expect(starts.filter(({ env }) => env["FLY_REGION"] === "lhr")).toHaveLength(1);
  });

  test("a site with other rows is undone", async () => {
    const first = await run();
    await write("name,legs\nRex,4\nPolly,2\nMaya,6\n");
    await expect(run({}, { timeoutMs: 300 })).rejects.toMatchObject({ code: "DEPLOYMENT_UNHEALTHY" });
    expect(releases()).toEqual([first.images?.[0]?.manifestDigest]);
  });

  test("a publish that is cancelled while it waits gives the machine back", async () => {
    await run();
    await write("name,legs\nRex,4\nPolly,2\n");
    const stop = new AbortController();
    fake().api.fail(`GET ${machine}/wait`, { delayMs: 5000 });
    const cancelled = run({}, {}, stop.signal);
    await expect.poll(() => starts.length, { timeout: 20_000 }).toBe(2);
    stop.abort();
    await expect(cancelled).rejects.toMatchObject({ code: "CANCELLED" });
    expect(machines()[0]?.lease).toBeNull();
    await run();
    expect(starts).toHaveLength(2);
  });
});
