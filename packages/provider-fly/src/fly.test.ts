import { manage, rollback, type PlanAction } from "@datasette-publish/core";
import { realPart, publishSite, type SiteRequest } from "@datasette-publish/testkit";
import { describe, expect, test } from "vitest";
import { fly } from "./provider.ts";
import { flyScene, name } from "./scene.test-support.ts";

const machine = "/apps/{app_name}/machines/{machine_id}";

describe.skipIf(!realPart("registry"))("publish to Fly.io", () => {
  const { fake, app, machines, privateRegions, starts, write, run, list, changes, outcomes, request } = flyScene();
  const primaries = () => machines().map(({ config }) => config.env?.["PRIMARY_REGION"]);

  /** Whose token it is, as a command with these options finds it. */
  const accountOf = (options: SiteRequest["options"]) =>
    manage(fly, { ...request(), options }, { report: () => {} }, ({ account }) => Promise.resolve(account));

  test("a plan says what publish then does", async () => {
    const { plan } = await run({}, { dryRun: true });
    expect(changes()).toEqual([]);
    const others = plan?.filter(({ verb }) => verb !== "push");
    expect(others).toEqual<PlanAction[]>([
      { verb: "create", target: `app ${name}` },
      { verb: "update", target: "secrets DATASETTE_SECRET, DATASETTE_PUBLISH_SITE" },
      { verb: "create", target: "address v6" },
      { verb: "create", target: "address shared_v4" },
      { verb: "create", target: "machine in iad" },
    ]);
    expect(plan?.find(({ verb }) => verb === "push")?.target).toMatch(
      new RegExp(`^${fake().env.FLY_REGISTRY_HOST}/${name}:deployment-[0-9a-f]{12}$`),
    );
    const { deployment, images } = await run();
    expect(changes()).toEqual([
      "POST /apps",
      "POST /apps/{app_name}/secrets",
      "POST /apps/{app_name}/ip_assignments",
      "POST /apps/{app_name}/ip_assignments",
      "POST /apps/{app_name}/machines",
    ]);
    expect(deployment).toMatchObject({ id: name, facts: { app: name, release: images?.[0]?.manifestDigest } });
    await expect(fetch(new URL("-/versions.json", deployment!.url!))).resolves.toMatchObject({ status: 200 });
    expect(fake().rateLimited).toBe(0);
  });

  test("a machine sleeps while nobody visits, and says whose it is", async () => {
    const { images } = await run();
    const digest = images?.[0]?.manifestDigest;
    expect(machines()).toHaveLength(1);
    expect(machines()[0]?.config).toMatchObject({
      image: `${fake().env.FLY_REGISTRY_HOST}/${name}@${digest}`,
      guest: { cpu_kind: "shared", cpus: 1, memory_mb: 256 },
      metadata: { managed_by: "datasette-publish", site: "pets", release: digest },
      services: [
        {
          internal_port: 8006,
          autostart: true,
          autostop: "stop",
          min_machines_running: 0,
          ports: [
            { port: 80, handlers: ["http"], force_https: true },
            { port: 443, handlers: ["tls", "http"] },
          ],
          checks: [{ type: "tcp", port: 8006 }],
        },
      ],
      env: { PRIMARY_REGION: "iad" },
    });
    expect(machines()[0]?.config).not.toHaveProperty("mounts");
    expect(starts[0]?.env["DATASETTE_SECRET"]).toMatch(/^[0-9a-f]{64}$/);
    expect(starts[0]?.env["DATASETTE_PUBLISH_SITE"]).toBe("pets");
  });

  test("an app that other nodes of Fly.io do not know yet is spoken of with the one that made it", async () => {
    fake().hiddenAppLooks = 1000;
    await run();
    expect(machines()).toHaveLength(1);
  });

  test("a new app that the registry does not know yet is pushed to once it does", async () => {
    fake().hiddenPushes = 2;
    expect((await run()).deployment?.id).toBe(name);
    fake().hiddenPushes = 99;
    await write("name,legs\nRex,4\nPolly,2\n");
    await expect(run()).rejects.toMatchObject({ code: "REGISTRY_REFUSED", facts: { status: 404 } });
  });

  test("a machine that is made is under a lease from the beginning", async () => {
    await run();
    const creation = fake().api.requests.find(({ operation }) => operation === "POST /apps/{app_name}/machines");
    expect(creation?.body).toMatchObject({ lease_ttl: expect.any(Number) as number });
    const leases = fake().api.requests.filter(({ operation }) => operation.endsWith("/lease"));
    expect(leases.map(({ operation }) => operation)).toEqual([`DELETE ${machine}/lease`]);
    expect(machines()[0]?.lease).toBeNull();
  });

  test("a site for logged-in visitors only is published", async () => {
    privateRegions.add("iad");
    await run({}, { timeoutMs: 3000 });
    await write("name,legs\nRex,4\nPolly,2\n");
    const { images } = await run({}, { timeoutMs: 3000 });
    expect(machines()).toMatchObject([{ image: { digest: images?.[0]?.manifestDigest } }]);
  });

  test("options change the machine, and nothing else", async () => {
    await run();
    const from = fake().api.requests.length;
    await run({ vmSize: "performance-2x", memory: 8192, autostop: "suspend", minMachines: 1 });
    expect(changes(from)).toEqual([`POST ${machine}`]);
    expect(machines()[0]?.config).toMatchObject({
      guest: { cpu_kind: "performance", cpus: 2, memory_mb: 8192 },
      services: [{ autostop: "suspend", min_machines_running: 1 }],
    });
  });

  test("a second publish changes nothing and keeps the secret", async () => {
    const first = await run();
    const secret = app().secrets.get("DATASETTE_SECRET");
    const from = fake().api.requests.length;
    const second = await run({}, { env: { ...request().env, DATASETTE_SECRET: "another that is long enough" } });
    expect(second.deployment).toEqual(first.deployment);
    expect(changes(from)).toEqual([]);
    expect(outcomes("fly.update").at(-1)).toBe("unchanged");
    expect(app().secrets.get("DATASETTE_SECRET")).toBe(secret);
    expect(starts).toHaveLength(1);
  });

  test("a machine that sleeps is left asleep, one that failed is started anew", async () => {
    await run();
    for (const [state, updates] of [
      ["stopped", 0],
      ["failed", 2],
    ] as const) {
      const from = fake().api.requests.length;
      machines()[0]!.state = state;
      await run();
      expect(changes(from)).toHaveLength(updates);
    }
  });

  test("a machine that sleeps is started with what is new", async () => {
    await run();
    await write("name,legs\nRex,4\nPolly,2\n");
    const from = fake().api.requests.length;
    machines()[0]!.state = "stopped";
    const { deployment } = await run();
    expect(changes(from)).toContain(`POST ${machine}/start`);
    expect(starts).toHaveLength(2);
    expect(machines()).toMatchObject([{ state: "started", lease: null, config: { metadata: { release: deployment?.facts["release"] } } }]);
    machines()[0]!.state = "stopped";
    await rollback(fly, request(), undefined, { report: () => {} });
    expect(machines()).toMatchObject([{ state: "started", lease: null }]);
    expect(starts.at(-1)?.image).toBe(starts[0]?.image);
  });

  test("new data updates the machine under a lease", async () => {
    await run();
    const [before] = machines().map(({ config }) => config.image);
    await write("name,legs\nRex,4\nPolly,2\n");
    expect((await run({}, { dryRun: true })).plan?.at(-1)).toEqual({ verb: "update", target: "machine in iad" });
    const from = fake().api.requests.length;
    const { images } = await run();
    const operations = fake()
      .api.requests.slice(from)
      .map(({ operation }) => operation);
    expect(changes(from)).toEqual([`POST ${machine}`]);
    const update = operations.indexOf(`POST ${machine}`);
    expect(operations.indexOf(`POST ${machine}/lease`)).toBeLessThan(update);
    expect(operations.indexOf(`DELETE ${machine}/lease`)).toBeGreaterThan(update);
    expect(machines()).toMatchObject([{ lease: null, config: { metadata: { release: images?.[0]?.manifestDigest, previous: before } } }]);
    expect(fake().rateLimited).toBe(0);
  });

  test.each([false, true])("both forms of a lease are understood (flat: %s)", async (flat) => {
    fake().flatLeases = flat;
    await run();
    await write("name,legs\nRex,4\nPolly,2\n");
    await run();
    expect(starts).toHaveLength(2);
  });

  test("secrets reach the machines that need them, once", async () => {
    await run();
    const variables = ["SECRET_OF_MINE=aboutSixLetters"];
    expect((await run({}, { variables, dryRun: true })).plan).toContainEqual({ verb: "update", target: "secrets SECRET_OF_MINE" });
    await run({}, { variables });
    expect(starts.at(-1)?.env).toMatchObject({ SECRET_OF_MINE: "aboutSixLetters", DATASETTE_SECRET: starts[0]?.env["DATASETTE_SECRET"] });
    const update = fake().api.requests.findLast(({ operation }) => operation === `POST ${machine}`);
    expect(update?.body).toMatchObject({ min_secrets_version: app().secretsVersion, current_version: expect.any(String) as string });
    await run({}, { variables });
    await run();
    expect(starts).toHaveLength(2);
  });

  test("each region has a machine, changed one after the other", async () => {
    const region = ["iad,lhr"];
    await run({ region });
    expect(machines().map((each) => each.region)).toEqual(["iad", "lhr"]);
    await write("name,legs\nRex,4\nPolly,2\n");
    const from = fake().api.requests.length;
    await run();
    const steps = fake()
      .api.requests.slice(from)
      .filter(({ operation }) => operation.startsWith(`POST ${machine}`) || operation === `DELETE ${machine}/lease`)
      .map(({ params }) => params["machine_id"]);
    const [first, second] = machines().map(({ id }) => id);
    expect(steps.lastIndexOf(first)).toBeLessThan(steps.indexOf(second));
    expect(starts).toHaveLength(4);
    expect(fake().rateLimited).toBe(0);
  });

  test("the first region that was asked for is the primary one, and stays it", async () => {
    await run({ region: ["lhr", "iad"] });
    expect(primaries()).toEqual(["lhr", "lhr"]);
    const all = [...app().machines].toReversed();
    app().machines.clear();
    for (const [id, each] of all) app().machines.set(id, each);
    const from = fake().api.requests.length;
    await run();
    expect(changes(from)).toEqual([]);
    await run({ region: ["iad", "lhr"] });
    expect(primaries()).toEqual(["iad", "iad"]);
  });

  test("regions may come with capital letters", async () => {
    fake().capitalRegions = true;
    await run({ region: ["lhr"] });
    await expect(run({ region: ["mars"] })).rejects.toMatchObject({ code: "OPTION_INVALID", facts: { option: "region" } });
  });

  test("many regions keep to the pace that Fly.io allows", async () => {
    const region = ["ams", "cdg", "iad", "lhr", "nrt", "sea"];
    await run({ region });
    expect(machines().map((each) => each.region)).toEqual(region);
    await write("name,legs\nRex,4\nPolly,2\n");
    await run();
    expect(starts).toHaveLength(12);
    expect(fake().rateLimited).toBe(0);
  });

  test("a region that is not asked for any more loses its machine, at the end", async () => {
    await run({ region: ["iad", "lhr"] });
    expect((await run({ region: ["lhr"] }, { dryRun: true })).plan).toContainEqual({ verb: "remove", target: "machine in iad" });
    const from = fake().api.requests.length;
    await run({ region: ["lhr", "ams"] });
    expect(changes(from)).toEqual([`POST ${machine}`, "POST /apps/{app_name}/machines", `DELETE ${machine}`]);
    expect(machines()).toMatchObject(["lhr", "ams"].map((region) => ({ region, config: { env: { PRIMARY_REGION: "lhr" } } })));
  });

  test("a name is made from the site's and the account's, and remembered", async () => {
    const { deployment } = await publishSite(fly, { ...request(), options: {} }, { report: () => {} });
    expect(deployment?.id).toMatch(/^pets-[0-9a-f]{6}$/);
    expect([...fake().apps.keys()]).toEqual([deployment?.id]);
  });

  test.each([
    ["says nobody's name", { status: 200, body: { tokens: [{ token_id: "1" }] } }],
    ["is not known by its kind", { status: 404, body: { error: "not found" } }],
    ["is no macaroon", { status: 401, body: { error: "unauthenticated" } }],
  ])("the organization's name counts when a token %s", async (_, answer) => {
    fake().api.fail("GET /tokens/current", answer);
    expect(await accountOf({})).toBe("personal");
    fake().api.fail("GET /tokens/current", answer);
    expect(await accountOf({ app: name })).toBe("personal");
    const listed = fake().api.requests.filter(({ operation }) => operation === "GET /apps");
    expect(listed.map(({ query }) => query.get("org_slug"))).toEqual(answer.status === 200 ? [] : ["personal"]);
  });

  test("a token of one organization alone publishes to that, unless another is asked for", async () => {
    const { orgs } = fake();
    orgs.clear();
    orgs.add("ours");
    await run();
    expect(app().orgSlug).toBe("ours");
    expect(await list()).toHaveLength(1);
    await expect(run({ app: "another", org: "personal" })).rejects.toMatchObject({ code: "HOST_REFUSED" });
    orgs.add("personal");
    await run({ app: "another" });
    expect(fake().apps.get("another")?.orgSlug).toBe("personal");
  });

  test("regions that a token may not ask for are Fly.io's to refuse", async () => {
    fake().api.fail("GET /platform/regions", { status: 403, body: { error: "not authorized" } });
    expect((await run({ region: ["lhr"] })).deployment?.id).toBe(name);
  });

  test.each(["plain", "Bearer plain", "macaroon", "FlyV1 macaroon", "macaroon,plain"])("a token may be given as %s", async (form) => {
    const { token, plainToken } = fake();
    const given = form.replace("macaroon", token).replace("plain", plainToken);
    const { deployment } = await run({}, { env: { ...request().env, FLY_API_TOKEN: given } });
    expect(deployment?.id).toBe(name);
    const schemes = fake().api.requests.map(({ headers }) => headers.authorization?.split(" ")[0]);
    expect(new Set(schemes)).toEqual(new Set([form.includes("macaroon") ? "FlyV1" : "Bearer"]));
  });
});
