import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { archiveStream } from "@datasette-publish/core/oci";
import { sampleImage } from "@datasette-publish/testkit";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { FakeEngine } from "./fake-engine.test-support.ts";
import { findTrialEngine, type TrialRequest } from "./index.ts";
import { whose } from "./whose.test-support.ts";

let dir: string;
let fake: FakeEngine;
let request: TrialRequest;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "trial-"));
  fake = new FakeEngine(dir);
  await fake.listen();
  const image = await sampleImage(dir, Buffer.from("database"));
  request = { archive: (reference) => archiveStream(image, reference), folders: ["/volume"] };
});
afterEach(() => {
  delete fake.misbehaviour.startErrors;
  delete fake.misbehaviour.loadError;
});
afterAll(async () => {
  await fake.close();
  await rm(dir, { recursive: true });
});

const nothingIsLeft = () => expect({ containers: fake.containers, images: [...fake.images] }).toEqual({ containers: [], images: [] });

it("serves an image locked down, under a name of its own, and leaves nothing", async () => {
  const engine = await findTrialEngine(whose(fake.env));
  expect(engine?.platform).toEqual({ os: "linux", architecture: "amd64" });
  const trial = await engine!.start(request);
  expect((await fetch(trial.address)).status).toBe(200);
  const [{ name, spec }] = fake.containers as [FakeEngine["containers"][number]];
  expect(spec).toMatchObject({
    Image: `${name}:latest`,
    User: "65532:65532",
    HostConfig: { ReadonlyRootfs: true, CapDrop: ["ALL"], PortBindings: { "8006/tcp": [{ HostIp: "127.0.0.1", HostPort: "" }] } },
  });
  expect(Object.keys(spec.HostConfig["Tmpfs"] as object)).toEqual(["/tmp", "/volume"]);
  await trial.close();
  nothingIsLeft();
  await trial.close();
});

it.each([
  ["does not load", { loadError: "no space left" }, /no space left/],
  ["does not start", { startErrors: ["no such user"] }, /no such user/],
])("leaves nothing of an image that %s", async (_what, misbehaviour, message) => {
  Object.assign(fake.misbehaviour, misbehaviour);
  const engine = await findTrialEngine(whose(fake.env));
  await expect(engine!.start(request)).rejects.toMatchObject({ code: "ENGINE_REFUSED", message: expect.stringMatching(message) as string });
  nothingIsLeft();
});

it("leaves nothing when it is interrupted", async () => {
  const interrupt = new AbortController();
  const engine = await findTrialEngine({ ...whose(fake.env), signal: interrupt.signal });
  const archive: TrialRequest["archive"] = (reference) => {
    interrupt.abort();
    return request.archive(reference);
  };
  await expect(engine!.start({ ...request, archive })).rejects.toMatchObject({ name: "AbortError" });
  nothingIsLeft();
});

it.each([
  ["there is none", { DOCKER_HOST: "unix:///nonexistent/docker.sock" }],
  ["it is another machine's, whose 127.0.0.1 is not this one's", { DOCKER_HOST: "tcp://192.0.2.1:2375" }],
  ["Docker's context is gone", { DOCKER_CONTEXT: "gone" }],
])("finds no engine where %s", async (_what, env) => {
  expect(await findTrialEngine(whose(env))).toBeNull();
});
