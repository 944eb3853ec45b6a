import { rollback } from "@datasette-publish/core";
import { realPart } from "@datasette-publish/testkit";
import { describe, expect, test } from "vitest";
import { fly } from "./provider.ts";
import { flyScene, name } from "./scene.test-support.ts";

const machine = "/apps/{app_name}/machines/{machine_id}";

describe.skipIf(!realPart("registry"))("what may go wrong at Fly.io", () => {
  const { fake, app, machines, starts, write, run, status, changes, request } = flyScene();
  const goBack = () => rollback(fly, request(), undefined, { report: () => {} });
  const releases = () => machines().map(({ config }) => (config as { metadata: { release: string } }).metadata.release);

  test("a name that is somebody else's", async () => {
    fake().api.fail("GET /apps/{app_name}", { status: 403, body: { error: "forbidden" } });
    await expect(run()).rejects.toMatchObject({ code: "NAME_TAKEN", facts: { name } });
    fake().taken.add(name);
    await expect(run()).rejects.toMatchObject({ code: "NAME_TAKEN", facts: { name } });
    expect(changes()).toEqual([]);
    fake().taken.delete(name);
    const [taken, other] = ["Validation failed: Name has already been taken", "unknown"];
    fake().api.fail("POST /apps", { status: 422, body: { error: taken } });
    await expect(run()).rejects.toMatchObject({ code: "NAME_TAKEN", facts: { name } });
    fake().api.fail("POST /apps", { status: 422, body: { error: taken, status: other } });
    await expect(run()).rejects.toMatchObject({ code: "HOST_REFUSED", facts: { id: other } });
  });

  test("an app that another publish has just made is used", async () => {
    const headers = { authorization: `FlyV1 ${fake().token}`, "content-type": "application/json" };
    const post = (path: string, body: object) => fetch(`${fake().url}/v1${path}`, { method: "POST", headers, body: JSON.stringify(body) });
    await post("/apps", { name, org_slug: "personal" });
    await post(`/apps/${name}/ip_assignments`, { type: "shared_v4" });
    fake().api.fail("GET /apps/{app_name}", { status: 404, body: { error: "app not found" } }, 2);
    await run();
    expect(machines()).toHaveLength(1);
    expect(app().ips.map(({ type }) => type)).toEqual(["shared_v4", "v6"]);
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

  test.each([
    "To create more machines, please add a payment method.",
    "We need your payment information to continue! Add a credit card or buy credit.",
  ])("an account without a payment method: %s", async (error) => {
    const body = { error };
    fake().api.fail("POST /apps/{app_name}/machines", { status: 422, body });
    await expect(run()).rejects.toMatchObject({ code: "ACCOUNT_LIMITED", facts: { status: 422 } });
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

  test.each([
    [422, "insufficient_capacity"],
    [503, "insufficient_capacity"],
    [412, undefined],
  ])("a full region (%i %s)", async (answered, id) => {
    const body = { error: "insufficient resources to create new machine", ...(id && { status: id }) };
    fake().api.fail("POST /apps/{app_name}/machines", { status: answered, body });
    const message = expect.stringContaining(" lhr ") as string;
    await expect(run({ region: ["lhr"] })).rejects.toMatchObject({
      code: "RELEASE_FAILED",
      message,
      facts: { status: answered },
    });
    await expect(run({ region: ["lhr"] })).resolves.toMatchObject({ deployment: { id: name } });
  });

  test("a machine that somebody else holds, or has changed meanwhile", async () => {
    await run();
    await write("name,legs\nRex,4\nPolly,2\n");
    machines()[0]!.lease = { nonce: "theirs", description: "", expiresAtMs: fake().clock.now() + 60_000 };
    await expect(run({}, { timeoutMs: 300 })).rejects.toMatchObject({ code: "HOST_BUSY" });
    expect(machines()[0]?.lease?.nonce).toBe("theirs");
    machines()[0]!.lease = null;
    fake().api.fail(`POST ${machine}`, { status: 412, body: { error: "failed_precondition: machine has another version" } });
    await expect(run()).rejects.toMatchObject({ code: "HOST_BUSY", facts: { status: 412 } });
    expect(machines()[0]?.lease).toBeNull();
    await run();
    expect(starts).toHaveLength(2);
  });

  test("a machine that somebody else holds for a moment", async () => {
    await run();
    await write("name,legs\nRex,4\nPolly,2\n");
    machines()[0]!.lease = { nonce: "theirs", description: "", expiresAtMs: fake().clock.now() + 1500 };
    await run();
    expect(starts).toHaveLength(2);
    expect(fake().rateLimited).toBe(0);
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
    await expect(run({}, { timeoutMs: 300 })).rejects.toMatchObject({ code: "DEPLOYMENT_UNHEALTHY", facts: { restored: null } });
    machines()[0]!.hiddenLooks = 0;
    await run();
    expect(machines()).toHaveLength(1);
  });

  test("a machine that has started is not healthy before its checks are made", async () => {
    fake().uncheckedLooks = Infinity;
    const publishing = run({}, { timeoutMs: 1000 });
    await expect(publishing).rejects.toMatchObject({ code: "DEPLOYMENT_UNHEALTHY", facts: { restored: null } });
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
    fake().api.fail("POST /apps", "lost");
    fake().api.fail("POST /apps/{app_name}/secrets", "lost");
    fake().api.fail(`GET ${machine}`, "truncate");
    await run();
    await write("name,legs\nRex,4\nPolly,2\n");
    fake().api.fail(`POST ${machine}`, "lost");
    const before = releases();
    await expect(run()).rejects.toMatchObject({ code: "HOST_UNREACHABLE" });
    expect(releases()).toEqual(before);
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
});
