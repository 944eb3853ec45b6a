import { afterEach, beforeEach, expect, test } from "vitest";
import { openFlyScene, type FlyScene } from "./scene.ts";

let scene: FlyScene;

beforeEach(async () => {
  scene = await openFlyScene();
});
afterEach(() => scene.close());

async function statuses(times: number, operation: string, body?: unknown): Promise<number[]> {
  const found: number[] = [];
  for (let at = 0; at < times; at++) found.push((await scene.call(operation, body)).status);
  return found;
}

test("a limit is a bucket of three per action and app, which fills with time", async () => {
  await scene.createApp();
  scene.fake.secondMs = 1e6;
  expect(await statuses(4, "POST /apps/site/secrets", { values: {} })).toEqual([200, 200, 200, 429]);
  expect(await statuses(1, "POST /apps/site/volumes", { name: "data" })).toEqual([200]);
  expect(await statuses(5, "GET /apps/site/secrets")).not.toContain(429);
  expect(scene.fake.rateLimited).toBe(1);
  scene.fake.secondMs = 0.01;
  expect(await statuses(1, "POST /apps/site/secrets", { values: {} })).toEqual([200]);
});

test("a limit is a bucket of ten for reading a machine, and one of three for changing it", async () => {
  const id = await scene.startedMachine();
  scene.fake.secondMs = 1e6;
  const path = `/apps/site/machines/${id}`;
  expect((await statuses(11, `GET ${path}`)).indexOf(429)).toBe(10);
  expect((await statuses(4, `POST ${path}`, { config: scene.config() })).indexOf(429)).toBe(3);
  expect(scene.fake.rateLimited).toBe(2);
  expect(scene.fake.api.violations).toEqual([]);
});
