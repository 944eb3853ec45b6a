import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { assembler, type Build } from "../build/build.ts";
import { writeLayer } from "../oci/layer.ts";
import { startFake, type FakeRegistry } from "../oci/registry/fake-registry.test-support.ts";
import { PublishError } from "../errors/publish-error.ts";
import { openProject } from "../project/project.ts";
import type { Provider } from "../provider/provider.ts";
import type { SitePlatform } from "../build/runtime.ts";
import { publishOnce, shelf } from "./fixtures.ts";
import type { TargetRequest } from "./target.ts";

let dir: string;
let registry: FakeRegistry;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "publish-ahead-"));
  await writeFile(join(dir, "pets.csv"), "name,legs\nRex,4\n");
  registry = await startFake();
});
afterEach(async () => {
  registry.server.closeAllConnections();
  registry.server.close();
  await rm(dir, { recursive: true, force: true });
});

const ctx = { report: () => {} };
const { login: _, names: __, ...free } = shelf;

/** A provider that pushes to a repository which is there already. */
function pusher(accepts: Partial<Provider["accepts"]["images"]> = {}) {
  const reference = `${registry.host}/a/b:v1`;
  const pushesTo = vi.fn<NonNullable<Provider["pushesTo"]>>(() => Promise.resolve({ reference }));
  const provider: Provider = {
    ...free,
    accepts: { images: { ...free.accepts.images, ...accepts } },
    pushesTo,
    rollout: ({ deliver }) =>
      Promise.resolve({
        tasks: [{ verb: "push", target: reference, ownSteps: true, run: ({ images }) => deliver.push(images, reference) }],
        result: ({ images: [image] }) => ({ facts: { digest: image.manifestDigest } }),
      }),
  };
  return { provider, pushesTo };
}

async function runtime(platform: SitePlatform) {
  const file = { name: "etc/base", mode: 0o644, source: Buffer.from("base\n") };
  const layer = await writeLayer([file], join(dir, "runtime"), "base", ctx);
  const versions = { datasetteVersion: "0.65.5", pythonVersion: "3.13.5", lockedAt: "2026-11-30T00:00:00Z", lockSha256: "0".repeat(64) };
  return { platform, layers: [layer], entrypoint: ["/bin/false"], env: [], user: "1:1", ...versions };
}

const publish = (provider: Provider, build: Build, changes: Partial<TargetRequest> = {}, signal = new AbortController().signal) => {
  const request = { project: openProject([join(dir, "pets.csv")], { name: "pets" }), options: {}, env: {}, ...changes };
  return publishOnce(provider, request, build, { ...ctx, signal });
};

/** Waits until the registry has the layers of the runtime, then does what is said instead of the rest. */
const whenSent =
  (then: () => void): Build =>
  async (site, platform, workDir, building) => {
    const [layer] = (await runtime(platform)).layers;
    const stored = Promise.withResolvers<void>();
    registry.misbehave = (request) => {
      if (request.method === "PUT") request.once("end", () => stored.resolve());
      return false;
    };
    building.ahead?.send(layer!);
    await stored.promise;
    then();
    return await assembler(runtime)(site, platform, workDir, building);
  };

describe("a publish to a repository that is there", () => {
  it("sends layers while others are made, and each once", async () => {
    const sentBefore: string[] = [];
    const { provider } = pusher();
    const { deployment } = await publish(
      provider,
      whenSent(() => sentBefore.push(...registry.seen.map(({ line }) => line.split(" ")[0]!))),
    );
    expect(sentBefore).toEqual(["HEAD", "POST", "PUT"]);
    expect(registry.manifests.get("v1")).toBe(deployment?.facts["digest"]);
    expect(registry.blobs.size).toBe(4);
    expect(registry.seen.filter(({ line }) => line.startsWith("POST"))).toHaveLength(4);
  });

  it.each<[string, Partial<Provider["accepts"]["images"]>, Partial<TargetRequest>]>([
    ["the user's", {}, { limits: { maxBytes: 10 } }],
    ["the user's on layers", {}, { limits: { maxLayerBytes: 10 } }],
    ["the host's", { maxBytes: 10 }, {}],
    ["the host's on layers", { maxLayerBytes: 10 }, {}],
  ])("sends nothing that a limit refuses: %s", async (_whose, accepts, changes) => {
    const { provider, pushesTo } = pusher(accepts);
    await expect(publish(provider, assembler(runtime), changes)).rejects.toMatchObject({ code: "IMAGE_TOO_LARGE" });
    expect(pushesTo).not.toHaveBeenCalled();
    expect(registry.seen).toEqual([]);
  });

  it("says why an image could not be made, and names none", async () => {
    const { provider } = pusher();
    const changed = new PublishError("INPUT_CHANGED", "pets.db changed.", { action: "retry" });
    const fail = () => {
      throw changed;
    };
    await expect(publish(provider, whenSent(fail))).rejects.toMatchObject({ code: "INPUT_CHANGED" });
    expect(registry.manifests.size).toBe(0);
  });

  it("ends when it is cancelled while layers are sent", async () => {
    const { provider } = pusher();
    const cancel = new AbortController();
    await expect(
      publish(
        provider,
        whenSent(() => cancel.abort()),
        {},
        cancel.signal,
      ),
    ).rejects.toMatchObject({ code: "CANCELLED" });
    expect(registry.manifests.size).toBe(0);
  });

  it("says of a refusal what the push is told", async () => {
    const { provider } = pusher();
    registry.misbehave = (_request, response) => response.writeHead(403).end("{}") !== undefined;
    await expect(publish(provider, assembler(runtime))).rejects.toMatchObject({ code: "REGISTRY_REFUSED" });
  });
});
