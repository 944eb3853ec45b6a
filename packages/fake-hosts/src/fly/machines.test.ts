import { afterEach, beforeEach, expect, test } from "vitest";
import { digest, service, openFlyScene, type FlyScene } from "./scene.ts";

let scene: FlyScene;

beforeEach(async () => {
  scene = await openFlyScene();
});
afterEach(() => scene.close());

function imageOf(): string {
  return scene.config()["image"] as string;
}

test("a machine runs its image with environment, secrets and command, and answers at the app's address", async () => {
  await scene.createApp();
  await scene.call("POST /apps/site/secrets", { values: { SECRET: "s", PORT: "8001" } });
  const config = scene.config({ env: { PORT: "1", PLAIN: "p" }, init: { entrypoint: ["/app"], cmd: ["--flag"] } });
  const { status, body } = await scene.createMachine({ config, min_secrets_version: 1 });
  expect(status).toBe(200);
  expect(body).toMatchObject({ name: "web", region: "ams", state: "created", config, image_ref: { repository: "site", digest } });
  expect((await scene.call(`GET /apps/site/machines/${body.id}/wait`)).body).toEqual({
    ok: true,
    state: "started",
    version: body.instance_id,
  });
  expect(scene.starts).toMatchObject([
    { image: `${scene.fake.registry}/site@${digest}`, port: 8001, entrypoint: ["/app"], cmd: ["--flag"], volumes: [] },
  ]);
  const injected = { FLY_APP_NAME: "site", FLY_REGION: "ams", FLY_MACHINE_ID: body.id, FLY_MACHINE_VERSION: body.instance_id };
  expect(scene.starts[0]?.env).toEqual({ PORT: "8001", PLAIN: "p", SECRET: "s", ...injected });
  expect((await fetch(scene.fake.env.FLY_APPS_URL)).status).toBe(503);
  await scene.call("POST /apps/site/ip_assignments", { type: "v6" });
  expect((await fetch(`${scene.fake.env.FLY_APPS_URL}/-/versions.json`)).status).toBe(200);
  expect((await fetch(`${scene.fake.apps.get("site")?.door.url}/-/versions.json`)).status).toBe(200);
  expect(scene.fake.api.violations).toEqual([]);
});

test.each([
  ["a region that is none", () => ({ region: "xyz" }), 400],
  ["an image that is not there", () => ({ config: { image: imageOf().replace(/a{64}$/, "b".repeat(64)) } }), 400],
  ["an image of another registry", () => ({ config: { image: `docker.io/site@${digest}` } }), 400],
  ["an image by tag", () => ({ config: { image: `${scene.fake.env.FLY_REGISTRY_HOST}/site:v1` } }), 400],
  ["no image", () => ({ config: {} }), 400],
  ["a size that there is not", () => ({ config: scene.config({ guest: { cpu_kind: "performance", cpus: 1, memory_mb: 2304 } }) }), 400],
  ["too much memory", () => ({ config: scene.config({ guest: { cpu_kind: "shared", cpus: 1, memory_mb: 2304 } }) }), 400],
  ["secrets of the future", () => ({ min_secrets_version: 1 }), 412],
  ["a volume that is not there", () => ({ config: scene.config({ mounts: [{ volume: "vol_0", path: "/d" }] }) }), 404],
])("a machine is refused with %s", async (_, request, status) => {
  await scene.createApp();
  expect((await scene.createMachine(request())).status).toBe(status);
  expect((await scene.call("GET /apps/site/machines")).body).toEqual([]);
  expect(scene.fake.api.violations).toEqual([]);
});

test("machines have one name each, and are listed", async () => {
  await scene.startedMachine({ config: scene.config({ metadata: { managed_by: "us" } }) });
  expect((await scene.createMachine()).status).toBe(409);
  const { body: second } = await scene.createMachine({ name: "two", region: "sea", skip_launch: true });
  await scene.call(`GET /apps/site/machines/${second.id}/wait?state=stopped`);
  const names = async (query: string) => {
    const { body } = await scene.call(`GET /apps/site/machines${query}`);
    return (body as { name: string }[]).map(({ name }) => name);
  };
  expect(await names("")).toEqual(["web", "two"]);
  expect(await names("?region=sea")).toEqual(["two"]);
  expect(await names("?state=started")).toEqual(["web"]);
  expect((await scene.call("GET /apps/site/machines?summary=true")).body[0].config).toBeUndefined();
  expect((await scene.call("GET /apps/site")).body).toMatchObject({ machine_count: 2, status: "deployed" });
  expect(scene.fake.api.violations).toEqual([]);
});

test("a machine gets a new version with each update, and wait can tell them apart", async () => {
  const id = await scene.startedMachine();
  const { body: before } = await scene.call(`GET /apps/site/machines/${id}`);
  const update = (request: object) =>
    scene.call(`POST /apps/site/machines/${id}`, { config: scene.config({ env: { NEW: "1" } }), ...request });
  expect((await update({ current_version: "01OLD" })).status).toBe(412);
  expect((await update({ region: "sea" })).status).toBe(400);
  const { body: after } = await update({ current_version: before.instance_id });
  expect(after).toMatchObject({ id, state: "replacing", config: { env: { NEW: "1" } } });
  expect(after.instance_id).not.toBe(before.instance_id);
  expect((await scene.call(`GET /apps/site/machines/${id}/wait?version=${after.instance_id}&timeout=60`)).status).toBe(200);
  scene.fake.waitMs = 50;
  expect((await scene.call(`GET /apps/site/machines/${id}/wait?instance_id=${before.instance_id}`)).status).toBe(408);
  expect((await scene.call(`GET /apps/site/machines/${id}/wait?timeout=61`)).status).toBe(400);
  expect(scene.starts.map(({ env }) => env["NEW"])).toEqual([undefined, "1"]);
  expect(scene.running.size).toBe(1);
  expect(scene.fake.api.violations).toEqual([]);
});

test("a machine that does not start has failed", async () => {
  scene.behaviour.starts = false;
  await scene.createApp();
  const { body } = await scene.createMachine();
  expect((await scene.call(`GET /apps/site/machines/${body.id}/wait?state=failed`)).status).toBe(200);
  expect((await scene.call(`GET /apps/site/machines/${body.id}/wait?state=settled`)).body).toMatchObject({ state: "failed" });
  scene.behaviour.starts = true;
  await scene.call(`POST /apps/site/machines/${body.id}`, { config: scene.config() });
  await scene.call(`GET /apps/site/machines/${body.id}/wait?state=stopped`);
  await scene.call(`POST /apps/site/machines/${body.id}/start`);
  expect((await scene.call(`GET /apps/site/machines/${body.id}/wait`)).status).toBe(200);
  expect(scene.fake.api.violations).toEqual([]);
});

test("a machine that had not started before an update stays stopped, and cannot be started while it is replaced", async () => {
  const id = await scene.startedMachine();
  await scene.call(`POST /apps/site/machines/${id}/stop`, {});
  await scene.call(`GET /apps/site/machines/${id}/wait?state=stopped`);
  const { body } = await scene.call(`POST /apps/site/machines/${id}`, { config: scene.config() });
  expect(body.state).toBe("replacing");
  const wait = await scene.call(`GET /apps/site/machines/${id}/wait?state=settled&version=${body.instance_id}`);
  expect(wait.body).toMatchObject({ state: "stopped" });
  scene.fake.apps.get("site")!.machines.get(id)!.state = "replacing";
  expect((await scene.call(`POST /apps/site/machines/${id}/start`)).status).toBe(412);
  expect(scene.fake.api.violations).toEqual([]);
});

test("a machine reports its checks as they are", async () => {
  const checks = [{ type: "http", port: 8001, path: "/-/versions.json", interval: "15s" }];
  const id = await scene.startedMachine({
    config: scene.config({ services: [{ ...service, checks }], checks: { alive: { type: "tcp", port: 8001 } } }),
  });
  const statuses = async () => {
    const { body } = await scene.call(`GET /apps/site/machines/${id}`);
    return Object.fromEntries(body.checks.map(({ name, status }: { name: string; status: string }) => [name, status]));
  };
  const compat = { bg_deployments_compat_http: "passing" };
  expect(await statuses()).toEqual(compat);
  expect(await statuses()).toEqual({ ...compat, "servicecheck-00-http-8001": "passing", alive: "passing" });
  scene.behaviour.healthy = false;
  expect(await statuses()).toEqual({ ...compat, "servicecheck-00-http-8001": "critical", alive: "passing" });
  await scene.fake.apps.get("site")?.machines.get(id)?.site?.stop();
  expect(await statuses()).toEqual({ ...compat, "servicecheck-00-http-8001": "critical", alive: "critical" });
  await scene.call(`POST /apps/site/machines/${id}/stop`, {});
  await scene.call(`GET /apps/site/machines/${id}/wait?state=stopped`);
  expect(await statuses()).toEqual({ ...compat, "servicecheck-00-http-8001": "warning", alive: "warning" });
  expect(scene.fake.api.violations).toEqual([]);
});

test("machines stop, start, are cordoned and destroyed, and the address follows", async () => {
  const id = await scene.startedMachine();
  const machine = (action: string) => scene.call(`POST /apps/site/machines/${id}/${action}`);
  const isServing = async () => (await fetch(`${scene.fake.env.FLY_APPS_URL}/-/versions.json`)).ok;
  const reaches = async (state: string) => (await scene.call(`GET /apps/site/machines/${id}/wait?state=${state}`)).status === 200;
  expect(await isServing()).toBe(true);
  expect((await machine("cordon")).status).toBe(200);
  expect(await isServing()).toBe(false);
  await machine("uncordon");
  expect(await isServing()).toBe(true);
  expect((await scene.call(`DELETE /apps/site/machines/${id}`)).status).toBe(412);
  expect((await scene.call(`POST /apps/site/machines/${id}/stop`, {})).body).toEqual({ ok: true });
  expect(await reaches("stopped")).toBe(true);
  expect(await isServing()).toBe(false);
  expect((await machine("start")).body).toMatchObject({ previous_state: "stopped" });
  expect(await reaches("started")).toBe(true);
  expect(await isServing()).toBe(true);
  expect((await scene.call(`DELETE /apps/site/machines/${id}?force=true`)).status).toBe(200);
  expect(await reaches("destroyed")).toBe(true);
  expect((await scene.call("GET /apps/site/machines")).body).toEqual([]);
  expect((await scene.call("GET /apps/site/machines?include_deleted=true")).body).toMatchObject([{ state: "destroyed" }]);
  expect((await machine("start")).status).toBe(412);
  expect((await scene.createMachine()).status).toBe(200);
  expect(scene.fake.api.violations).toEqual([]);
});

test("the machine that started last serves, and the next when it is gone", async () => {
  await scene.startedMachine();
  const { body: two } = await scene.createMachine({ name: "two" });
  await scene.call(`GET /apps/site/machines/${two.id}/wait`);
  const [first, second] = [...(scene.fake.apps.get("site")?.machines.values() ?? [])];
  expect(second?.startedAs).toBeGreaterThan(first?.startedAs ?? Infinity);
  await first?.site?.stop();
  expect((await fetch(`${scene.fake.env.FLY_APPS_URL}/-/versions.json`)).status).toBe(200);
  await scene.call(`DELETE /apps/site/machines/${two.id}?force=true`);
  expect((await fetch(`${scene.fake.env.FLY_APPS_URL}/-/versions.json`)).status).toBe(503);
});

test("a new machine is not visible at once, when a test says so", async () => {
  await scene.createApp();
  scene.fake.hiddenLooks = 2;
  const { body } = await scene.createMachine();
  expect((await scene.call(`POST /apps/site/machines/${body.id}/lease`, {})).status).toBe(404);
  expect((await scene.call(`GET /apps/site/machines/${body.id}`)).status).toBe(404);
  expect((await scene.call(`GET /apps/site/machines/${body.id}/wait`)).status).toBe(200);
  expect(scene.fake.api.violations).toEqual([]);
});

test("a machine whose host is out of reach shows what is known of it, and stays as it is", async () => {
  const id = await scene.startedMachine();
  scene.fake.apps.get("site")!.machines.get(id)!.hostStatus = "unreachable";
  const { body } = await scene.call("GET /apps/site/machines");
  expect(body).toMatchObject([{ id, host_status: "unreachable", incomplete_config: scene.config() }]);
  expect(body[0].config).toBeUndefined();
  expect((await scene.call(`POST /apps/site/machines/${id}`, { config: scene.config() })).status).toBe(412);
  expect((await scene.call(`DELETE /apps/site/machines/${id}?force=true`)).status).toBe(412);
  expect(scene.fake.api.violations).toEqual([]);
});

test("no capacity is a fault like any other", async () => {
  await scene.createApp();
  scene.fake.api.fail("POST /apps/{app_name}/machines", {
    status: 422,
    body: { error: "no capacity in ams", status: "insufficient_capacity" },
  });
  expect(await scene.createMachine()).toMatchObject({ status: 422, body: { status: "insufficient_capacity" } });
  expect((await scene.createMachine()).status).toBe(200);
});
