import { rollback, unpublish } from "@datasette-publish/core";
import { realPart } from "@datasette-publish/testkit";
import { describe, expect, test } from "vitest";
import { fly } from "./provider.ts";
import { flyScene, name } from "./scene.test-support.ts";

const machine = "/apps/{app_name}/machines/{machine_id}";

describe.skipIf(!realPart("registry"))("what may go wrong at Fly.io", () => {
  const { fake, machines, site, sickRegions, starts, write, run, ask, changes, request } = flyScene();
  const status = () => ask((host) => fly.status!(host));
  const goBack = () => rollback(fly, request(), undefined, { report: () => {} });
  const releases = () => machines().map(({ config }) => (config as { metadata: { release: string } }).metadata.release);

  test("a name that is somebody else's", async () => {
    fake().api.fail("GET /apps/{app_name}", { status: 403, body: { error: "forbidden" } });
    await expect(run()).rejects.toMatchObject({ code: "NAME_TAKEN", facts: { name } });
    fake().taken.add(name);
    await expect(run()).rejects.toMatchObject({ code: "NAME_TAKEN", facts: { name } });
    const [taken, other] = ["Validation failed: Name has already been taken", "unknown"];
    fake().api.fail("POST /apps", { status: 422, body: { error: taken } });
    await expect(run()).rejects.toMatchObject({ code: "NAME_TAKEN", facts: { name } });
    fake().api.fail("POST /apps", { status: 422, body: { error: taken, status: other } });
    await expect(run()).rejects.toMatchObject({ code: "HOST_REFUSED", facts: { id: other } });
  });

  test("an app that nobody gets to know", async () => {
    fake().api.fail("GET /apps/{app_name}", { status: 404, body: { error: "app not found" } }, 100);
    await expect(run({}, { timeoutMs: 300 })).rejects.toMatchObject({ code: "HOST_BUSY", facts: { app: name } });
    expect(changes()).toEqual(["POST /apps"]);
    expect(
      fake()
        .api.requests.find(({ operation }) => operation === "POST /apps")
        ?.query.get("wait"),
    ).toBe("true");
  });

  test("an account without a payment method", async () => {
    const body = { error: "To create more machines, please add a payment method." };
    fake().api.fail("POST /apps/{app_name}/machines", { status: 422, body });
    await expect(run()).rejects.toMatchObject({ code: "ACCOUNT_LIMITED", facts: { status: 422 } });
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
    fake().api.fail("GET /tokens/current", { status: 404, body: { error: "token not found" } });
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
    await expect(run()).rejects.toMatchObject({ code: "HOST_BUSY", facts: { status: 412 } });
    expect(machines()[0]?.lease).toBeNull();
    await run();
    expect(starts).toHaveLength(2);
  });

  test("a machine that takes its time", async () => {
    fake().api.fail(`GET ${machine}/wait`, { status: 408, body: { error: "deadline_exceeded" } }, 2);
    await run();
    expect(machines()).toMatchObject([{ state: "started" }]);
  });

  test("a machine that is made is not visible at once", async () => {
    const notFound = { status: 404, body: { error: "machine not found" } };
    fake().hiddenLooks = 2;
    fake().api.fail(`GET ${machine}/wait`, notFound);
    fake().api.fail(`GET ${machine}`, notFound);
    await run();
    expect(machines()).toMatchObject([{ state: "started", lease: null }]);
    await write("name,legs\nRex,4\nPolly,2\n");
    fake().api.fail(`POST ${machine}/lease`, notFound);
    await expect(run()).rejects.toMatchObject({ code: "HOST_REFUSED", facts: { status: 404 } });
  });

  test("a machine that is made and never visible", async () => {
    fake().hiddenLooks = Infinity;
    await expect(run({}, { timeoutMs: 300 })).rejects.toMatchObject({ code: "HOST_REFUSED", facts: { status: 404 } });
    machines()[0]!.hiddenLooks = 0;
    await run();
    expect(machines()).toHaveLength(1);
  });

  test("a machine that has started is not well before its checks are made", async () => {
    fake().uncheckedLooks = Infinity;
    const publishing = run({}, { timeoutMs: 1000 });
    await expect(publishing).rejects.toMatchObject({ code: "DEPLOYMENT_UNHEALTHY", facts: { restored: "nothing" } });
    expect(machines()).toEqual([]);
    fake().uncheckedLooks = 2;
    await run();
    machines()[0]!.looks = 0;
    await run();
    expect(starts).toHaveLength(2);
  });

  test("a machine whose host is out of reach is replaced, and removed when that is back", async () => {
    await run();
    const [lost] = machines();
    lost!.hostStatus = "unreachable";
    const from = fake().api.requests.length;
    await run();
    expect(changes(from)).toEqual(["POST /apps/{app_name}/machines", `DELETE ${machine}`]);
    expect(machines()).toMatchObject([{ id: lost?.id }, { region: lost?.region, hostStatus: "ok" }]);
    expect(await status()).toMatchObject({ state: "running", facts: { regions: lost?.region } });
    await write("name,legs\nRex,4\nPolly,2\n");
    await run();
    await expect(goBack()).resolves.toMatchObject({ release: { current: true } });
    machines()[1]!.hostStatus = "unreachable";
    await expect(goBack()).rejects.toMatchObject({ code: "HOST_BUSY", facts: { status: "unreachable" } });
    expect(await status()).toMatchObject({ state: "failed" });
    for (const each of machines()) each.hostStatus = "ok";
    await run();
    expect(machines()).toHaveLength(1);
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
    await expect(run({}, { timeoutMs: 1000 })).rejects.toMatchObject({ code: "DEPLOYMENT_UNHEALTHY", facts: { restored: "nothing" } });
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
    await expect(run({ region: ["iad", "lhr", "ams"] }, { timeoutMs: 1000 })).rejects.toMatchObject({
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
    await expect(run({}, { timeoutMs: 1000 })).rejects.toMatchObject({ code: "DEPLOYMENT_UNHEALTHY" });
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
