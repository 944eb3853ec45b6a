import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeLayer } from "@datasette-publish/core";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { RunningRegistry } from "@datasette-publish/testkit";
import { startHerokuFake, type HerokuFake } from "./heroku-fake.ts";
import { herokuClient, type HerokuClient } from "./client.ts";
import { stubRunner } from "../hosting/site-runner.ts";

const registry: RunningRegistry = { url: "http://localhost:9", host: "localhost:9", stop: async () => {} };
const herokuYaml = "build:\n  docker:\n    web: Dockerfile\n";

let dir: string;
let fake: HerokuFake;
let call: HerokuClient;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "builds-test-"));
  fake = await startHerokuFake({ runner: stubRunner({ rows: 1, healthy: true }), registry });
  call = herokuClient(fake);
  await fake.addApp({ name: "mine", stack: "container" });
});
afterEach(async () => {
  await fake.stop();
  await rm(dir, { recursive: true });
});

async function tarball(files: Readonly<Record<string, string>>): Promise<Uint8Array<ArrayBuffer>> {
  const entries = Object.entries(files).map(([name, text]) => ({ name, mode: 0o644, source: new TextEncoder().encode(text) }));
  const { path } = await writeLayer(entries, dir, "source", { report: () => {} });
  return new Uint8Array(await readFile(path));
}

async function upload(body: Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}): Promise<{ url: string; status: number }> {
  const { source_blob: source } = (await call("POST", "/sources")).body as { source_blob: { put_url: string; get_url: string } };
  const { status } = await fetch(source.put_url, { method: "PUT", body, headers });
  return { url: source.get_url, status };
}

async function build(source: object): Promise<{ status: unknown; output: string; release: unknown }> {
  const created = await call("POST", "/apps/mine/builds", { source_blob: source });
  expect(created).toMatchObject({ status: 201, body: { status: "pending", release: null } });
  const url = String(created.body["output_stream_url"]);
  expect((await fetch(url)).status).toBe(404);
  const output = await (await fetch(url)).text();
  const { body } = await call("GET", `/apps/mine/builds/${String(created.body["id"])}`);
  return { status: body["status"], output, release: body["release"] };
}

test("a source tarball becomes a release", async () => {
  const body = await tarball({ Dockerfile: "FROM scratch\n", "heroku.yml": herokuYaml });
  const { url, status } = await upload(body);
  expect(status).toBe(200);
  expect(new Uint8Array(await (await fetch(url)).arrayBuffer())).toEqual(body);
  const checksum = `SHA256:${createHash("sha256").update(body).digest("hex")}`;
  const built = await build({ url, checksum, version: "v1" });
  expect(built).toMatchObject({ status: "succeeded", output: expect.stringContaining("Building web") });
  const { id } = built.release as { id: string };
  expect(await call("GET", `/apps/mine/releases/${id}`)).toMatchObject({ body: { description: "Deploy v1", status: "succeeded" } });
  await fake.settled();
  expect(fake.apps.get("mine")?.dyno).toMatchObject({ state: "up" });
  expect(fake.api.violations).toEqual([]);
});

test("a build fails without a source, with another checksum, and without what says how to build", async () => {
  const { url } = await upload(await tarball({ Dockerfile: "FROM scratch\n" }));
  const whole = await upload(await tarball({ Dockerfile: "FROM scratch\n", "heroku.yml": herokuYaml }));
  for (const source of [{ url: `${url}x` }, { url: whole.url, checksum: `SHA256:${"0".repeat(64)}` }, { url }])
    expect(await build(source)).toMatchObject({ status: "failed", release: null });
  fake.behaviour.builds = "fail";
  expect(await build({ url: whole.url })).toMatchObject({ status: "failed", output: expect.stringContaining("The build failed.") });
  expect(fake.api.violations).toEqual([]);
});

test.each([
  [{ authorization: "Bearer token" }, 400],
  [{ "content-type": "application/gzip" }, 403],
])("an upload with %o is refused as an object store does", async (headers, status) => {
  expect(await upload(new Uint8Array(10), headers)).toMatchObject({ status });
});

test("an upload says how long it is", async () => {
  const { source_blob: source } = (await call("POST", "/sources")).body as { source_blob: { put_url: string } };
  const body = new Blob([new Uint8Array(10)]).stream();
  expect((await fetch(source.put_url, { method: "PUT", body, duplex: "half" })).status).toBe(501);
});

test("builds are listed, also one that hangs", async () => {
  const { url } = await upload(await tarball({ Dockerfile: "FROM scratch\n", "heroku.yml": herokuYaml }));
  await build({ url, version: "1" });
  fake.behaviour.builds = "hang";
  await call("POST", "/apps/mine/builds", { source_blob: { url, version: "2" } });
  const list = () => call("GET", "/apps/mine/builds", undefined, { range: "created_at ..; max=1, order=desc" });
  expect(await list()).toMatchObject({ status: 206, body: [{ status: "pending", source_blob: { version: "2" } }] });
  fake.behaviour.builds = "succeed";
  await fake.settled();
  expect(await list()).toMatchObject({ body: [{ status: "succeeded" }] });
  expect(fake.api.violations).toEqual([]);
});
