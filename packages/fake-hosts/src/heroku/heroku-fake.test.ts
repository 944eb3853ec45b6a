import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { RunningRegistry } from "@datasette-publish/testkit";
import { startHerokuFake, type HerokuFake } from "./heroku-fake.ts";
import { herokuClient, type HerokuClient } from "./client.ts";
import { stubRunner } from "../hosting/site-runner.ts";

const registry: RunningRegistry = { url: "http://localhost:9", host: "localhost:9", stop: async () => {} };

const start = stubRunner({ rows: 1, healthy: true });
const site = { starts: true };
let fake: HerokuFake;
let call: HerokuClient;

beforeEach(async () => {
  site.starts = true;
  const runner: typeof start = (how) => (site.starts ? start(how) : Promise.reject(new Error("It does not start.")));
  fake = await startHerokuFake({ runner, registry, teams: ["birds"] });
  call = herokuClient(fake);
});
afterEach(() => fake.stop());

test("an app is created once, and its name is nobody else's", async () => {
  fake.taken.add("theirs");
  expect(await call("GET", "/apps/mine")).toMatchObject({ status: 404, body: { id: "not_found" } });
  const created = await call("POST", "/apps", { name: "mine", region: "us", stack: "container" });
  expect(created).toMatchObject({ status: 201, body: { name: "mine", stack: { name: "container" }, build_stack: { name: "container" } } });
  expect(created.headers.get("request-id")).toMatch(/^[0-9a-f-]{36}$/);
  expect(await call("POST", "/apps", { name: "mine" })).toMatchObject({ status: 422, body: { id: "invalid_params" } });
  expect(await call("POST", "/apps", { name: "theirs" })).toMatchObject({ status: 422 });
  expect(await call("GET", "/apps/theirs")).toMatchObject({ status: 403, body: { id: "forbidden" } });
  expect(await call("GET", `/apps/${String(created.body["id"])}`)).toMatchObject({ status: 200, body: { name: "mine" } });
  expect((await fetch(String(created.body["web_url"]))).status).toBe(503);
  expect(await call("DELETE", "/apps/mine")).toMatchObject({ status: 200, body: { name: "mine" } });
  expect(await call("GET", "/apps/mine")).toMatchObject({ status: 404 });
  expect(fake.api.violations).toEqual([]);
});

test("unknown keys, names, stacks, regions and teams are refused", async () => {
  expect(await call("POST", "/apps", { name: "mine", colour: "red" })).toMatchObject({ status: 400 });
  expect(await call("POST", "/apps", { name: "Mine" })).toMatchObject({ status: 400 });
  expect(fake.api.violations).toEqual([expect.stringContaining("colour"), expect.stringContaining("pattern")]);
  expect(await call("POST", "/apps", { name: "mine", stack: "cedar-14" })).toMatchObject({ status: 422 });
  expect(await call("POST", "/apps", { name: "mine", region: "moon" })).toMatchObject({ status: 422 });
  expect(await call("POST", "/teams/apps", { name: "mine", team: "fish" })).toMatchObject({ status: 404 });
  expect(fake.apps.size).toBe(0);
});

test("teams have their own apps", async () => {
  expect(await call("POST", "/teams/apps", { name: "ours", team: "birds", stack: "container" })).toMatchObject({ status: 201 });
  await fake.addApp({ name: "mine" });
  const names = async (path: string) => ((await call("GET", path)).body as unknown as { name: string }[]).map(({ name }) => name);
  expect(await names("/apps")).toEqual(["mine", "ours"]);
  expect(await names("/users/~/apps")).toEqual(["mine"]);
  expect(await names("/teams/birds/apps")).toEqual(["ours"]);
  expect(fake.api.violations).toEqual([]);
});

test("there are regions, some for private spaces only, and the account's teams", async () => {
  expect(await call("GET", "/regions")).toMatchObject({
    status: 200,
    body: [
      { name: "dublin", private_capable: true },
      { name: "eu", private_capable: false },
      { name: "us", private_capable: false },
    ],
  });
  expect(await call("GET", "/teams")).toMatchObject({ status: 200, body: [{ name: "birds" }] });
  expect(fake.api.violations).toEqual([]);
});

test("who has no token, no version or no payment method gets nothing", async () => {
  const get = (headers: Record<string, string>) => fetch(`${fake.url}/account`, { headers });
  const accept = "application/vnd.heroku+json; version=3";
  expect((await get({ accept })).status).toBe(401);
  expect((await get({ accept, authorization: "Bearer wrong" })).status).toBe(401);
  expect((await get({ accept, authorization: `Basic ${btoa(`:${fake.token}`)}` })).status).toBe(200);
  expect((await get({ authorization: `Bearer ${fake.token}` })).status).toBe(400);
  fake.account.verified = false;
  expect(await call("POST", "/apps", { name: "mine" })).toMatchObject({ status: 402, body: { id: "verification_required" } });
});

test("each change of a config var is a release, and a list of releases goes by range", async () => {
  await fake.addApp({ name: "mine", stack: "container" });
  const set = (vars: Record<string, string | null>) => call("PATCH", "/apps/mine/config-vars", vars);
  expect(await set({ A: "1", B: "2" })).toMatchObject({ status: 200, body: { A: "1", B: "2" } });
  expect((await set({ A: "3", B: null })).body).toEqual({ A: "3" });
  await set({ A: "3" });
  const newest = await call("GET", "/apps/mine/releases", undefined, { range: "version ..; max=1, order=desc" });
  expect(newest).toMatchObject({ status: 206, body: [{ version: 3, description: "Set A; Remove B config vars", current: true }] });
  const next = await call("GET", "/apps/mine/releases", undefined, { range: newest.headers.get("next-range") ?? "" });
  expect(next).toMatchObject({ status: 206, body: [{ version: 2, current: false }] });
  expect(await call("GET", "/apps/mine/releases", undefined, { range: "version 2..; max=9" })).toMatchObject({
    status: 200,
    body: [{ version: 2 }, { version: 3 }],
  });
  expect(fake.api.violations).toEqual([]);
});

test("the generation of an app is an object, and a name for who asks for version 3.sdk", async () => {
  await fake.addApp({ name: "mine", generation: "fir" });
  expect(await call("GET", "/apps/mine")).toMatchObject({ body: { generation: { name: "fir" } } });
  const accept = "application/vnd.heroku+json; version=3.sdk";
  expect(await call("GET", "/apps/mine", undefined, { accept })).toMatchObject({ body: { generation: "fir" } });
  expect(fake.api.violations).toEqual([]);
});

test("a process type has to be there to be scaled, and a release to have an image to go back to", async () => {
  await fake.addApp({ name: "mine", stack: "container" });
  expect(await call("PATCH", "/apps/mine/formation", { updates: [{ type: "web", quantity: 1 }] })).toMatchObject({ status: 404 });
  expect(await call("POST", "/apps/mine/releases", { release: "1" })).toMatchObject({ status: 422 });
  expect(await call("POST", "/apps/mine/releases", { release: "9" })).toMatchObject({ status: 404 });
});

test("logs are filtered, cut, and followed until the app goes; credentials are not for streams", async () => {
  await fake.addApp({ name: "mine" });
  await call("PATCH", "/apps/mine/config-vars", { A: "1" });
  const open = async (request: object) => String((await call("POST", "/apps/mine/log-sessions", request)).body["logplex_url"]);
  const latest = await fetch(await open({ lines: 1, source: "app" }));
  expect(await latest.text()).toMatch(/^\S+ app\[api\]: Release v2 created by user \S+\n$/);
  expect(await (await fetch(await open({ source: "heroku" }))).text()).toBe("");
  const events = await fetch(await open({ lines: 1 }), { headers: { accept: "text/event-stream" } });
  expect(await events.text()).toMatch(/^data: .*Release v2.*\n\n$/);
  const followed = await fetch(await open({ tail: true, lines: 0 }));
  await call("PATCH", "/apps/mine/config-vars", { A: "2" });
  await call("DELETE", "/apps/mine");
  expect(await followed.text()).toContain("Release v3");
  expect((await fetch(await fakeStream(), { headers: { authorization: "Bearer x" } })).status).toBe(400);
});

async function fakeStream(): Promise<string> {
  await fake.addApp({ name: "other" });
  return String((await call("POST", "/apps/other/log-sessions", {})).body["logplex_url"]);
}

test("the host can be busy", async () => {
  fake.api.fail("GET /account", { status: 429, headers: { "Retry-After": "1" }, body: { id: "rate_limit", message: "Wait." } });
  expect(await call("GET", "/account")).toMatchObject({ status: 429, body: { id: "rate_limit" } });
  expect(await call("GET", "/account")).toMatchObject({ status: 200, body: { email: "owner@example.com" } });
});

const status = async (url: string) => (await fetch(`${url}/-/versions.json`)).status;
const dynos = async () => (await call("GET", "/apps/mine/dynos")).body;

describe("an app that somebody deployed", () => {
  test("has dynos, of the size that is the account's default", async () => {
    fake.behaviour.defaultSize = "Eco";
    const { door } = await fake.addApp({ name: "mine", dynos: { web: 1, worker: 0 } });
    await fake.settled();
    expect(await status(door.url)).toBe(200);
    expect(await call("GET", "/apps/mine/formation")).toMatchObject({
      body: [
        { type: "web", quantity: 1, size: "Eco" },
        { type: "worker", quantity: 0 },
      ],
    });
  });

  test.each([
    [true, 200],
    [false, 503],
  ])("serves on when its next dyno crashes (overlap: %j)", async (overlap, expected) => {
    fake.behaviour.overlap = overlap;
    const { door, log } = await fake.addApp({ name: "mine", dynos: { web: 1 } });
    await fake.settled();
    site.starts = false;
    await call("PATCH", "/apps/mine/config-vars", { A: "1" });
    await fake.settled();
    expect(await dynos()).toMatchObject([{ state: "crashed", release: { version: 3 } }]);
    expect(log.lines.filter((line) => line.includes("from starting to crashed"))).toHaveLength(2);
    expect(await status(door.url)).toBe(expected);
    site.starts = true;
    await call("POST", "/apps/mine/releases", { release: "2" });
    await fake.settled();
    expect(await dynos()).toMatchObject([{ state: "up", release: { version: 4 } }]);
    expect(await status(door.url)).toBe(200);
    await call("PATCH", "/apps/mine/formation", { updates: [{ type: "web", quantity: 0 }] });
    await fake.settled();
    expect(await status(door.url)).toBe(503);
    expect(fake.api.violations).toEqual([]);
  });
});
