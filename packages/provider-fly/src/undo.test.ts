import { setTimeout as sleep } from "node:timers/promises";
import { rollback } from "@datasette-publish/core";
import { realPart } from "@datasette-publish/testkit";
import { describe, expect, test } from "vitest";
import { fly } from "./provider.ts";
import { flyScene } from "./scene.test-support.ts";

const machine = "/apps/{app_name}/machines/{machine_id}";
const other = "name,legs\nRex,4\nPolly,2\n";
const timeoutMs = 1000;
/** What an error calls the release of an image. */
const labelOf = (digest = "") => `Release ${digest.slice(7, 19)}`;

describe.skipIf(!realPart("registry"))("what served before at Fly.io serves again", () => {
  const { fake, machines, site, sickRegions, starts, write, run, request } = flyScene();
  const configs = () => machines().map(({ config }) => config);
  const sent = () => fake().api.requests.filter(({ operation }) => operation === "POST /apps/{app_name}/machines").length;
  const releases = () => machines().map(({ image }) => image.digest);

  test("a first publish that is not healthy leaves no machine", async () => {
    sickRegions.add("iad");
    await expect(run({}, { timeoutMs: 1000 })).rejects.toMatchObject({ code: "DEPLOYMENT_UNHEALTHY", facts: { restored: null } });
    expect(machines()).toEqual([]);
    sickRegions.clear();
    await run();
    expect(machines()).toHaveLength(1);
  });

  test("an update that is not healthy is undone in every region", async () => {
    const first = await run({ region: ["iad", "lhr"] });
    const before = machines().map(({ config }) => config);
    await write("name,legs\nRex,4\nPolly,2\n");
    sickRegions.add("ams");
    const restored = labelOf(first.images?.[0]?.manifestDigest);
    await expect(run({ region: ["iad", "lhr", "ams"] }, { timeoutMs: 1000 })).rejects.toMatchObject({
      code: "DEPLOYMENT_UNHEALTHY",
      facts: { restored },
    });
    expect(machines()).toMatchObject(before.map((config) => ({ config, state: "started", lease: null })));
    expect(starts).toHaveLength(7);
    expect(fake().rateLimited).toBe(0);
  });

  test("a machine that slept is put back, and started to see that it is well", async () => {
    await run();
    const before = configs();
    await write(other);
    machines()[0]!.state = "stopped";
    site.rows = 3;
    const sick = run({}, { timeoutMs: 1000 });
    await expect(sick).rejects.toMatchObject({ code: "DEPLOYMENT_UNHEALTHY", facts: { restored: labelOf(releases()[0]) } });
    expect(configs()).toEqual(before);
    expect(machines()).toMatchObject([{ state: "started", lease: null }]);
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

  test("a machine that was made while its answer was lost is removed", async () => {
    await run();
    const before = releases();
    await write(other);
    fake().api.fail("POST /apps/{app_name}/machines", "lost");
    await expect(run({ region: ["iad", "lhr"] })).rejects.toMatchObject({
      code: "HOST_UNREACHABLE",
      facts: { restored: labelOf(before[0]) },
    });
    expect(releases()).toEqual(before);
  });

  test("a lease whose answer was lost is known as ours, also when it is taken to undo", async () => {
    await run({ region: ["iad", "lhr"] });
    const before = releases();
    await write(other);
    sickRegions.add("ams");
    fake().api.fail(`POST ${machine}/lease`, "lost");
    fake().api.fail(`POST ${machine}/lease`, { delayMs: 1 }, 2);
    fake().api.fail(`POST ${machine}/lease`, "lost");
    const updating = run({ region: ["iad", "lhr", "ams"] }, { timeoutMs: 1500 });
    await expect(updating).rejects.toMatchObject({ code: "DEPLOYMENT_UNHEALTHY", facts: { restored: labelOf(before[0]) } });
    expect([releases(), machines().map(({ lease }) => lease)]).toEqual([before, [null, null]]);
  });

  test("a machine whose change arrives after it was given up stays as it was", async () => {
    await run();
    const before = configs();
    await write(other);
    fake().api.fail(`POST ${machine}`, { lateMs: 300 });
    await expect(run()).rejects.toMatchObject({ code: "HOST_UNREACHABLE", facts: { restored: labelOf(releases()[0]) } });
    await sleep(600);
    expect(configs()).toEqual(before);
  });

  test("a machine that is being made when the user cancels is known, and one that is not yet sent is not made", async () => {
    await run();
    await write(other);
    for (const fault of [{ delayMs: 600 }, { status: 429, headers: { "retry-after": "9" }, body: {} }]) {
      const [before, sentBefore] = [releases(), sent()];
      fake().api.fail("POST /apps/{app_name}/machines", fault);
      const stop = new AbortController();
      const publishing = run({ region: ["iad", "lhr"] }, {}, stop.signal);
      await expect.poll(sent, { timeout: 20_000 }).toBeGreaterThan(sentBefore);
      stop.abort();
      await expect(publishing).rejects.toMatchObject({ code: "CANCELLED" });
      expect(releases()).toEqual(before);
    }
  });

  test("a site with other rows is undone", async () => {
    const first = await run();
    await write("name,legs\nRex,4\nPolly,2\nMaya,6\n");
    await expect(run({}, { timeoutMs: 300 })).rejects.toMatchObject({ code: "DEPLOYMENT_UNHEALTHY" });
    expect(releases()).toEqual([first.images?.[0]?.manifestDigest]);
  });

  test("a first publish with other rows leaves no machine", async () => {
    Object.assign(site, { rows: 3 });
    const problem = expect.stringContaining("3 rows") as string;
    await expect(run({ region: ["iad", "lhr"] }, { timeoutMs: 1000 })).rejects.toMatchObject({
      code: "DEPLOYMENT_UNHEALTHY",
      facts: { problem, restored: null },
    });
    expect(starts).toHaveLength(2);
    expect(machines()).toEqual([]);
    Object.assign(site, { rows: 2 });
    await run();
    expect(machines()).toHaveLength(1);
  });

  test.each([
    ["in another region", { region: ["iad", "lhr"] }],
    ["with a volume", { createVolume: 1 }],
  ])("a new machine %s does not stay beside one that was not changed", async (_, options) => {
    const { images } = await run();
    const before = machines().map(({ id }) => id);
    Object.assign(site, { rows: 3 });
    const restored = labelOf(images?.[0]?.manifestDigest);
    await expect(run(options, { timeoutMs: 300 })).rejects.toMatchObject({ code: "DEPLOYMENT_UNHEALTHY", facts: { restored } });
    expect(machines().map(({ id }) => id)).toEqual(before);
    expect(starts).toHaveLength(2);
  });

  test("every machine is tried, and the problem is said also when one cannot be put back", async () => {
    await run({ region: ["iad", "lhr"] });
    const before = configs();
    await write(other);
    sickRegions.add("ams");
    fake().api.fail(`DELETE ${machine}`, { status: 422, body: { error: "no" } });
    const [, , ams] = await failing(run({ region: ["iad", "lhr", "ams"] }, { timeoutMs }));
    expect(configs().slice(0, 2)).toEqual(before);
    expect(ams).toMatchObject({ region: "ams", lease: null });
  });

  test.each([
    ["whose lease could not be ended", `DELETE ${machine}/lease`, { status: 422, body: { error: "no" } }, 2],
    ["whose end was not answered", `DELETE ${machine}`, "lost", 1],
  ] as const)("a machine %s is undone all the same", async (_, operation, fault, times) => {
    const { images } = await run();
    const before = configs();
    await write(other);
    sickRegions.add("ams");
    fake().api.fail(operation, fault, times);
    const restored = labelOf(images?.[0]?.manifestDigest);
    await expect(run({ region: ["iad", "ams"] }, { timeoutMs })).rejects.toMatchObject({
      code: "DEPLOYMENT_UNHEALTHY",
      facts: { restored },
    });
    expect(machines()).toMatchObject(before.map((config) => ({ config, state: "started", lease: null })));
  });

  /** Somebody else takes the lease of the machine in ams as soon as it is free. */
  const takeLease: typeof fetch = async (input, init) => {
    const { method, url } = new Request(input, init);
    const ams = machines().find(({ region }) => region === "ams");
    const answer = await fetch(input, init);
    if (ams && method === "DELETE" && url.endsWith(`${ams.id}/lease`))
      ams.lease = { nonce: "theirs", description: "", expiresAtMs: fake().clock.now() + 60_000 };
    return answer;
  };

  test("a new machine whose lease somebody else has taken is left alone, and named", async () => {
    await run();
    sickRegions.add("ams");
    const [, ams] = await failing(run({ region: ["iad", "ams"] }, { timeoutMs, fetch: takeLease }));
    expect(ams).toMatchObject({ region: "ams", lease: { nonce: "theirs" } });
  });

  test("a site whose machines are all out of reach is no first publish: a failure removes what was made", async () => {
    await run();
    const [lost] = machines();
    lost!.hostStatus = "unreachable";
    fake().api.fail("POST /apps/{app_name}/machines", { delayMs: 1 });
    fake().api.fail("POST /apps/{app_name}/machines", { status: 422, body: { error: "no" } });
    await expect(run({ region: ["iad", "lhr"] })).rejects.toMatchObject({ code: "HOST_REFUSED" });
    expect(machines()).toEqual([lost]);
  });

  test("a machine that is not healthy after it was put back is named", async () => {
    await run({ region: ["iad", "lhr"] });
    const before = configs();
    await write(other);
    sickRegions.add("ams");
    const publishing = failing(run({ region: ["iad", "lhr", "ams"] }, { timeoutMs }));
    await expect.poll(() => starts.length, { timeout: 20_000 }).toBe(5);
    sickRegions.add("lhr");
    expect((await publishing).map(({ config }) => config)).toEqual(before);
  });

  /** Waits for the failure of both, which has to say what is wrong and name the machine that is not as it was. */
  async function failing(publishing: Promise<unknown>) {
    const error = await publishing.then(String, (thrown: Error) => thrown);
    expect(error).toMatchObject({
      code: "DEPLOYMENT_UNHEALTHY",
      facts: { problem: expect.stringContaining("servicecheck") as string, restored: null },
    });
    const named = machines().filter(({ region }) => (error as Error).message.includes(`machine in ${region} (`));
    expect(named).toHaveLength(1);
    return machines();
  }

  test("a confirmation that fails is said also when a machine cannot be put back", async () => {
    await run();
    await write(other);
    Object.assign(site, { rows: 3 });
    const publishing = run({}, { timeoutMs });
    await expect.poll(() => starts.length, { timeout: 20_000 }).toBe(2);
    sickRegions.add("iad");
    await expect(publishing).rejects.toMatchObject({
      code: "DEPLOYMENT_UNHEALTHY",
      facts: { problem: expect.stringContaining("3 rows") as string, restored: null },
    });
  });

  test("a failure in a later region puts the earlier ones back", async () => {
    const digest = (await run()).images?.[0]?.manifestDigest;
    const before = configs();
    await write(other);
    const body = { error: "insufficient resources to create new machine", status: "insufficient_capacity" };
    fake().api.fail("POST /apps/{app_name}/machines", { status: 422, body });
    const message = expect.stringContaining(" lhr ") as string;
    await expect(run({ region: ["iad", "lhr"] })).rejects.toMatchObject({
      code: "RELEASE_FAILED",
      message,
      facts: { restored: labelOf(digest) },
    });
    expect(configs()).toEqual(before);
  });

  test.each(["iad", "lhr"])("a publish that is cancelled while it waits for %s", async (region) => {
    await run({ region: ["iad", "lhr"] });
    const before = configs();
    await write(other);
    await cancelled(region, (signal) => run({}, {}, signal));
    expect(machines()).toMatchObject(before.map((config) => ({ config, state: "started", lease: null })));
  });

  test("a rollback that is cancelled while it waits", async () => {
    await run({ region: ["iad", "lhr"] });
    await write(other);
    await run();
    const before = configs();
    await cancelled("lhr", (signal) => rollback(fly, request(), undefined, { report: () => {}, signal }));
    expect(machines()).toMatchObject(before.map((config) => ({ config, state: "started", lease: null })));
  });

  test("a new machine that is waited for when the user cancels is removed", async () => {
    await run();
    const before = configs();
    await cancelled("lhr", (signal) => run({ region: ["iad", "lhr"] }, {}, signal));
    expect(configs()).toEqual(before);
  });

  test("a machine that somebody else has changed meanwhile is left alone", async () => {
    await run();
    await write(other);
    const theirs = { image: configs()[0]?.image ?? "", metadata: { managed_by: "datasette-publish", made: "theirs" } };
    const change = () => Object.assign(machines()[0]!, { config: theirs });
    const cancelling = cancelled("iad", (signal) => run({}, {}, signal), "DEPLOYMENT_UNHEALTHY", change);
    expect(await cancelling).toMatchObject({ facts: { restored: null } });
    expect(configs()).toEqual([theirs]);
  });

  test("a machine that somebody else has changed before its turn is left alone", async () => {
    await run({ region: ["iad", "lhr"] });
    const [iad] = configs();
    await write(other);
    const theirs = { image: configs()[1]?.image ?? "", metadata: { managed_by: "datasette-publish", made: "theirs" } };
    const change: typeof fetch = (input, init) => {
      const [[, lhr], { method, url }] = [machines(), new Request(input, init)];
      if (method === "POST" && new URL(url).pathname.endsWith(`${lhr?.id}/lease`))
        Object.assign(lhr!, { config: theirs, instanceId: `${lhr?.instanceId}X` });
      return fetch(input, init);
    };
    await expect(run({}, { fetch: change })).rejects.toMatchObject({ code: "HOST_BUSY", facts: { status: 412 } });
    expect(configs()).toEqual([iad, theirs]);
  });

  /** Cancels what changes the machine in a region, whose site does not listen until then. */
  async function cancelled(region: string, work: (signal: AbortSignal) => Promise<unknown>, code = "CANCELLED", meanwhile = () => {}) {
    const stop = new AbortController();
    const startsOf = () => starts.filter(({ env }) => env["FLY_REGION"] === region).length;
    const from = startsOf();
    sickRegions.add(region);
    const working = work(stop.signal).catch((error: unknown) => error);
    await expect.poll(startsOf, { timeout: 20_000 }).toBe(from + 1);
    sickRegions.clear();
    meanwhile();
    stop.abort();
    const error = await working;
    expect(error).toMatchObject({ code });
    return error;
  }

  test("a first publish that is cancelled is finished by the next", async () => {
    await cancelled("iad", (signal) => run({}, {}, signal));
    expect(machines()).toMatchObject([{ lease: null }]);
    const { images } = await run();
    expect(releases()).toEqual([images?.[0]?.manifestDigest]);
  });
});
