import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { digest, openFlyScene, type FlyScene } from "./scene.ts";

let scene: FlyScene;

beforeEach(async () => {
  scene = await openFlyScene();
});
afterEach(() => scene.close());

describe("access", () => {
  test.each([
    ["a macaroon by its own scheme", () => `FlyV1 ${scene.fake.token}`, 200],
    ["a macaroon among others", () => `FlyV1 fm2_other,${scene.fake.token}`, 200],
    ["another token as a bearer's", () => `Bearer ${scene.fake.plainToken}`, 200],
    ["a macaroon as a bearer's", () => `Bearer ${scene.fake.token}`, 401],
    ["another token by the macaroons' scheme", () => `FlyV1 ${scene.fake.plainToken}`, 401],
    ["a token of nobody", () => "FlyV1 fm2_none", 401],
    ["nothing", () => "", 401],
  ])("%s", async (_, authorization, status) => {
    const answer = await scene.call("GET /tokens/current", undefined, { authorization: authorization() });
    expect(answer.status).toBe(status);
    expect(answer.headers.get("fly-request-id")).toMatch(/^01/);
    if (status === 200) expect(answer.body.tokens).toMatchObject([{ org_slug: "personal" }]);
    expect(scene.fake.api.violations).toEqual([]);
  });

  test("the registry takes x and the token, for apps that are there", async () => {
    await scene.createApp();
    const get = (repository: string, password: string) =>
      fetch(`http://${scene.fake.env.FLY_REGISTRY_HOST}/v2/${repository}/manifests/${digest}`, {
        headers: { authorization: `Basic ${Buffer.from(`x:${password}`).toString("base64")}` },
      }).then(({ status }) => status);
    expect(await get("site", scene.fake.token)).toBe(200);
    expect(await get("site", "wrong")).toBe(401);
    expect(await get("other", scene.fake.token)).toBe(403);
  });

  test("regions", async () => {
    const { body } = await scene.call("GET /platform/regions");
    expect(body.regions.map(({ code }: { code: string }) => code)).toEqual(["ams", "cdg", "iad", "lhr", "nrt", "sea"]);
    scene.fake.capitalRegions = true;
    expect((await scene.call("GET /platform/regions")).body).toEqual({ Nearest: body.nearest, Regions: body.regions });
    expect(scene.fake.api.violations).toEqual([]);
  });
});

describe("apps", () => {
  test("are made once, found, listed and deleted", async () => {
    expect((await scene.call("GET /apps/site")).status).toBe(404);
    expect((await scene.createApp()).status).toBe(201);
    expect((await scene.call("GET /apps/site")).body).toMatchObject({ name: "site", organization: { slug: "personal" }, machine_count: 0 });
    expect((await scene.call("GET /apps?org_slug=personal")).body).toMatchObject({ total_apps: 1, apps: [{ name: "site" }] });
    expect((await scene.call("GET /apps?org_slug=other")).body).toEqual({ total_apps: 0, apps: [] });
    expect((await scene.call("GET /apps")).status).toBe(400);
    expect((await scene.call("DELETE /apps/site?force=true")).status).toBe(202);
    expect((await scene.call("GET /apps/site")).status).toBe(404);
    expect((await scene.createApp()).status).toBe(201);
    expect(scene.fake.api.violations).toEqual([]);
  });

  test("have names that nobody else has", async () => {
    scene.fake.taken.add("theirs");
    await scene.createApp();
    for (const name of ["site", "theirs"])
      expect(await scene.createApp(name)).toMatchObject({ status: 422, body: { status: "name_taken" } });
    expect((await scene.call("GET /apps/theirs")).status).toBe(403);
    expect((await scene.createApp("Not_a_name")).status).toBe(422);
    expect((await scene.call("POST /apps", { name: "b-site", org_slug: "other" })).status).toBe(404);
    expect(scene.fake.api.violations).toEqual([]);
  });

  test("are made with a name, not an app_name, and an organization", async () => {
    expect((await scene.call("POST /apps", { app_name: "site", org_slug: "personal" })).status).toBe(400);
    expect((await scene.call("POST /apps", { name: "site" })).status).toBe(400);
    expect(scene.fake.api.violations).toHaveLength(2);
  });

  test("get addresses, of which one is a shared IPv4", async () => {
    await scene.createApp();
    const assign = (type: string) => scene.call("POST /apps/site/ip_assignments", { type });
    expect((await assign("v6")).body).toMatchObject({ ip: expect.stringContaining("2a09:"), shared: false });
    expect((await assign("shared_v4")).body).toMatchObject({ shared: true });
    expect((await assign("shared_v4")).status).toBe(422);
    expect((await assign("v5")).status).toBe(400);
    expect((await scene.call("GET /apps/site/ip_assignments")).body.ips).toHaveLength(2);
    expect(scene.fake.api.violations).toEqual([]);
  });

  test("keep secrets, and give only names and digests back", async () => {
    await scene.createApp();
    const first = await scene.call("POST /apps/site/secrets", { values: { A: "one", B: "two" } });
    const second = await scene.call("POST /apps/site/secrets", { values: { A: null, B: "three" } });
    expect([first.body.version, second.body.version]).toEqual([1, 2]);
    const { body } = await scene.call("GET /apps/site/secrets?show_secrets=true");
    expect(body).toEqual({ secrets: [{ name: "B", digest: expect.stringMatching(/^[0-9a-f]{16}$/) }] });
    expect(body.secrets[0].digest).not.toBe(first.body.secrets[1].digest);
    expect(scene.fake.api.violations).toEqual([]);
  });
});
