import { afterEach, beforeEach, expect, test } from "vitest";
import { openFlyScene, type FlyScene, type Reply } from "./scene.ts";

let scene: FlyScene;

beforeEach(async () => {
  scene = await openFlyScene();
});
afterEach(() => scene.close());

function lease(id: string, method: string, nonce?: string): Promise<Reply> {
  return scene.call(`${method} /apps/site/machines/${id}/lease`, method === "POST" ? { ttl: 1000 } : undefined, nonceHeader(nonce));
}

function nonceHeader(nonce: string | undefined): Record<string, string> {
  return nonce === undefined ? {} : { "fly-machine-lease-nonce": nonce };
}

test("a lease keeps others from changing a machine until it is released", async () => {
  const id = await scene.startedMachine();
  const update = (nonce?: string) => scene.call(`POST /apps/site/machines/${id}`, { config: scene.config() }, nonceHeader(nonce));
  expect((await lease(id, "GET")).status).toBe(404);
  const { status, body } = await lease(id, "POST");
  expect(status).toBe(201);
  expect(body).toMatchObject({ status: "success", data: { nonce: expect.any(String), expires_at: expect.any(Number) } });
  const { nonce } = body.data;
  expect((await lease(id, "POST")).status).toBe(409);
  expect((await lease(id, "POST", nonce)).body.data.nonce).toBe(nonce);
  expect((await lease(id, "GET")).body.data.nonce).toBe(nonce);
  expect((await update()).status).toBe(409);
  expect((await update("wrong")).status).toBe(409);
  expect((await scene.call(`POST /apps/site/machines/${id}/stop`, {})).status).toBe(409);
  expect((await scene.call(`DELETE /apps/site/machines/${id}?force=true`)).status).toBe(409);
  expect((await update(nonce)).status).toBe(200);
  expect((await lease(id, "DELETE")).status).toBe(409);
  expect((await lease(id, "DELETE", nonce)).status).toBe(200);
  expect((await update(nonce)).status).toBe(409);
  expect((await update()).status).toBe(200);
  expect(scene.fake.api.violations).toEqual([]);
});

test("a lease is over when its time is", async () => {
  const id = await scene.startedMachine();
  const { nonce } = (await lease(id, "POST")).body.data;
  await scene.call(`POST /apps/site/machines/${id}/lease`, { ttl: 0 }, nonceHeader(nonce));
  const { status, body } = await lease(id, "POST");
  expect(status).toBe(201);
  expect(body.data.nonce).not.toBe(nonce);
});

test("a lease comes flat when a test says so, and with a new machine", async () => {
  scene.fake.flatLeases = true;
  await scene.createApp();
  const { body } = await scene.createMachine({ lease_ttl: 1000 });
  expect(body.nonce).toEqual(expect.any(String));
  expect((await lease(body.id, "POST", body.nonce)).body).toMatchObject({ nonce: body.nonce, expires_at: expect.any(Number) });
  expect(scene.fake.api.violations).toEqual([]);
});
