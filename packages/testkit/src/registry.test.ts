import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { push, type Image, type PublishEvent } from "@datasette-publish/core";
import { openImage, pushAhead, validateImage } from "@datasette-publish/core/oci";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fastClock } from "./fast-clock.ts";
import { realPart } from "./real.ts";
import { startRegistry, type RunningRegistry } from "./registry.ts";
import { sampleImage } from "./sample-image.ts";

const run = promisify(execFile);

/** The methods of the requests that a push sends. */
function recorder(): { methods: string[]; fetch: typeof globalThis.fetch } {
  const methods: string[] = [];
  const record: typeof globalThis.fetch = (input, init) => {
    methods.push(init?.method ?? "GET");
    return globalThis.fetch(input, init);
  };
  return { methods, fetch: record };
}

describe.skipIf(!realPart("registry"))("push to a real registry", () => {
  const ctx = { report: () => {} };
  let dir: string;
  let registry: RunningRegistry;
  let image: Image;
  let arm: Image;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "push-test-"));
    registry = await startRegistry();
    image = await sampleImage(dir, randomBytes(5_000_000));
    arm = await sampleImage(join(dir, "arm"), randomBytes(1000), "arm64");
  });
  afterAll(async () => {
    await registry.stop();
    await rm(dir, { recursive: true });
  });

  async function manifestAt(name: string): Promise<Response> {
    return fetch(`${registry.url}/v2/${name}`, {
      headers: { accept: "application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json" },
    });
  }

  test("stores the manifest under its tag, and reports every byte", async () => {
    const events: PublishEvent[] = [];
    const pushed = await push([image], `${registry.host}/a/b:v1`, {}, { report: (event) => events.push(event) });
    expect(pushed).toEqual({ reference: `${registry.host}/a/b:v1`, digest: image.manifestDigest });
    expect((await manifestAt("a/b/manifests/v1")).headers.get("docker-content-digest")).toBe(image.manifestDigest);
    const last = events.findLast((event) => event.type === "step.progressed");
    const totalBytes = image.layers.reduce((sum, { descriptor }) => sum + descriptor.size, image.config.length);
    expect(last).toMatchObject({ done: totalBytes, total: totalBytes, unit: "bytes" });
  });

  test("sends nothing that is there", async () => {
    await push([image], `${registry.host}/twice:v1`, {}, ctx);
    const { methods, fetch: record } = recorder();
    await push([image], `${registry.host}/twice:v1`, { fetch: record }, ctx);
    expect(new Set(methods)).toEqual(new Set(["HEAD"]));
    await push([image], `${registry.host}/twice:v2`, { fetch: record }, ctx);
    expect(methods.filter((method) => method === "PUT")).toHaveLength(1);
  });

  test("takes a layer while it is made", async () => {
    const [layer] = image.layers;
    const made = Promise.withResolvers<NonNullable<typeof layer>>();
    const { methods, fetch: record } = recorder();
    await using ahead = pushAhead(`${registry.host}/grown:v1`, { fetch: record }, {});
    const open = async function* () {
      yield* layer!.open();
      made.resolve(layer!);
    };
    ahead.sendGrowing({ isOver: false, open }, made.promise, { made: "here" });
    await made.promise;
    await push([image], `${registry.host}/grown:v1`, { fetch: record, ahead }, ctx);
    expect(methods.filter((method) => method === "PATCH")).toHaveLength(1);
    expect((await manifestAt("grown/manifests/v1")).headers.get("docker-content-digest")).toBe(image.manifestDigest);
    await validateImage(await openImage(`${registry.host}/grown:v1`, { workDir: dir, from: "registry" }, ctx));
  });

  test("pushes an index over two platforms", async () => {
    const { digest } = await push([image, arm], `${registry.host}/both`, {}, ctx);
    const response = await manifestAt("both/manifests/latest");
    expect(response.headers.get("docker-content-digest")).toBe(digest);
    const { manifests } = (await response.json()) as { manifests: { digest: string }[] };
    expect(manifests.map((each) => each.digest)).toEqual([image.manifestDigest, arm.manifestDigest]);
  });

  test("refuses a digest that is not the image's", async () => {
    await expect(push([image], `${registry.host}/a@${arm.manifestDigest}`, {}, ctx)).rejects.toMatchObject({ code: "REFERENCE_INVALID" });
  });

  test.skipIf(!realPart("skopeo")).each(["oci", "docker"] as const)("skopeo inspects the %s manifest", async (manifest) => {
    const { reference, digest } = await push([image], `${registry.host}/skopeo:${manifest}`, { manifest }, ctx);
    const { stdout } = await run("skopeo", ["inspect", "--tls-verify=false", `docker://${reference}`]);
    expect(JSON.parse(stdout)).toMatchObject({ Digest: digest, Layers: image.layers.map(({ descriptor }) => descriptor.digest) });
  });

  test.skipIf(!realPart("docker")).each(["oci", "docker"] as const)("a Docker engine pulls the %s manifest", async (manifest) => {
    const { reference } = await push([image], `${registry.host}/docker:${manifest}`, { manifest }, ctx);
    await run("docker", ["pull", reference]);
    const { stdout } = await run("docker", ["image", "inspect", reference, "--format", "{{.ID}}"]);
    await run("docker", ["image", "rm", "--force", reference]);
    expect(stdout.trim()).toBe(image.configDigest);
  });

  test.each(["oci", "docker"] as const)("the %s manifests of two platforms are read back", async (manifest) => {
    const { reference } = await push([image, arm], `${registry.host}/back:${manifest}`, { manifest }, ctx);
    for (const pushed of [image, arm]) {
      const found = await openImage(reference, { workDir: dir, platform: pushed.platform }, ctx);
      expect(found).toMatchObject({ from: "registry", configDigest: pushed.configDigest, platform: pushed.platform });
      if (manifest === "oci") expect(found.manifestDigest).toBe(pushed.manifestDigest);
      await validateImage(found);
    }
  });

  test("a layer is read on, by its range, when the connection breaks", async () => {
    const { reference } = await push([image], `${registry.host}/broken:v1`, {}, ctx);
    const ranges: (string | null)[] = [];
    const cut: typeof globalThis.fetch = async (input, init) => {
      const range = new Headers(init?.headers).get("range");
      const answer = await globalThis.fetch(input, init);
      if (answer.body === null || !answer.url.includes("/blobs/")) return answer;
      if (range !== null) ranges.push(range);
      return ranges.length > 2 ? answer : new Response(brokenAfter(answer.body, 1_000_000), answer);
    };
    const found = await openImage(reference, { workDir: dir, fetch: cut, clock: fastClock() }, ctx);
    await validateImage(found);
    expect(ranges.length).toBeGreaterThanOrEqual(3);
  });
});

function brokenAfter(body: ReadableStream<Uint8Array>, mostBytes: number): ReadableStream<Uint8Array> {
  let leftBytes = mostBytes;
  return body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        controller.enqueue(chunk.subarray(0, leftBytes));
        leftBytes -= chunk.length;
        if (leftBytes <= 0) controller.error(new Error("The connection broke."));
      },
    }),
  );
}
