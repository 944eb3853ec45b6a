import { afterEach, beforeEach, expect, test } from "vitest";
import { openFlyScene, type FlyScene, type Reply } from "./scene.ts";

let scene: FlyScene;

beforeEach(async () => {
  scene = await openFlyScene();
});
afterEach(() => scene.close());

function create(request: object = {}): Promise<Reply> {
  return scene.call("POST /apps/site/volumes", { name: "data", region: "ams", size_gb: 1, ...request });
}

function mounting(volume: string): object {
  return { config: scene.config({ mounts: [{ volume, path: "/volume" }] }) };
}

test("a volume is on one machine, in its region, and stays on it when it is updated", async () => {
  await scene.createApp();
  const { body: volume } = await create();
  expect(volume).toMatchObject({ name: "data", region: "ams", size_gb: 1, attached_machine_id: null });
  expect((await scene.createMachine({ region: "sea", ...mounting(volume.id) })).status).toBe(400);
  const { body: machine } = await scene.createMachine(mounting(volume.id));
  expect((await scene.createMachine({ name: "two", ...mounting(volume.id) })).status).toBe(412);
  expect((await scene.call("GET /apps/site/volumes")).body).toMatchObject([{ id: volume.id, attached_machine_id: machine.id }]);
  await scene.call(`POST /apps/site/machines/${machine.id}`, mounting(volume.id));
  await scene.call(`GET /apps/site/machines/${machine.id}/wait?state=started`);
  expect(scene.starts.at(-1)?.volumes).toEqual([{ name: volume.id, path: "/volume" }]);
  expect((await scene.call(`DELETE /apps/site/volumes/${volume.id}`)).status).toBe(412);
  await scene.call(`DELETE /apps/site/machines/${machine.id}?force=true`);
  expect((await scene.call(`DELETE /apps/site/volumes/${volume.id}`)).body).toMatchObject({ id: volume.id, state: "pending_destroy" });
  expect((await scene.call("GET /apps/site/volumes")).body).toMatchObject([{ id: volume.id, state: "pending_destroy" }]);
  expect((await scene.createMachine({ name: "three", ...mounting(volume.id) })).status).toBe(404);
  expect(scene.fake.api.violations).toEqual([]);
});

test.each([
  ["a name with a dash", { name: "a-b" }, 422],
  ["a region that is none", { region: "xyz" }, 400],
  ["no size", { size_gb: 0 }, 422],
])("a volume is refused with %s", async (_, request, status) => {
  await scene.createApp();
  expect((await create(request)).status).toBe(status);
});
