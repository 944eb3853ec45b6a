import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { PublishError } from "../errors/publish-error.ts";
import type { Context, PublishEvent } from "../events/events.ts";
import { assembler, type Build } from "../build/build.ts";
import type { ImageLimits } from "../inspect/limits.ts";
import { writeLayer } from "../oci/layer.ts";
import type { Runtime, SitePlatform } from "../build/runtime.ts";
import { providerInterface, type Provider } from "../provider/provider.ts";
import type { Rollout } from "../provider/rollout.ts";
import type { SiteStatus } from "../provider/status.ts";
import type { Memory } from "../project/memory.ts";
import { openProject, type ProjectOptions } from "../project/project.ts";
import { publishOnce, running } from "./fixtures.ts";
import type { TargetRequest } from "./target.ts";

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "publish-test-"));
  await writeFile(join(dir, "pets.csv"), "name,legs\nRex,4\n");
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const provider: Provider = {
  interface: providerInterface,
  name: "shelf",
  title: "Shelf",
  description: "Keeps nothing",
  options: { shelf: { type: "string", description: "Which shelf", default: "top" } },
  accepts: { images: { platforms: ["linux/amd64", "linux/arm64"] } },
  check: () => Promise.resolve(),
  rollout: ({ site, options }) =>
    Promise.resolve<Rollout>({
      tasks: [{ verb: "create", target: `${String(options["shelf"])}/${site.name}`, run: () => undefined }],
      result: ({ images: [first, ...others] }) => ({ id: site.name, facts: { images: 1 + others.length, layers: first.layers.length } }),
    }),
};

async function fakeRuntime(platform: SitePlatform): Promise<Runtime> {
  const file = { name: "etc/base", mode: 0o644, source: Buffer.from("base\n") };
  const layer = await writeLayer([file], join(dir, "runtime"), "base", { report: () => {} });
  const versions = { datasetteVersion: "0.65.5", pythonVersion: "3.13.5", lockedAt: "2026-11-30T00:00:00Z", lockSha256: "0".repeat(64) };
  return { platform, layers: [layer], entrypoint: ["/bin/false"], env: [], user: "1:1", ...versions };
}

const build = assembler(fakeRuntime);
const request = (changes: Partial<TargetRequest> = {}, named: ProjectOptions = { name: "pets" }): TargetRequest => ({
  project: openProject([join(dir, "pets.csv")], named),
  options: {},
  env: {},
  ...changes,
});
/** A rollout of one task. */
const rolloutThat = (run: () => unknown): Provider["rollout"] => {
  return () => Promise.resolve({ tasks: [{ verb: "create", target: "shelf", run }], result: () => ({ facts: {} }) });
};
const publish = (of: Provider, changes: Partial<TargetRequest> = {}, context: Context = ctx) =>
  publishOnce(of, request(changes), build, context);
const ctx = { report: () => {} };

describe("publish", () => {
  it("returns the report, the images and the deployment", async () => {
    const result = await publish(provider);
    expect(result).toMatchObject({ site: "pets", deployment: { id: "pets" }, images: [{ platform: "linux/amd64" }] });
    expect(result.databases[0]?.tables).toEqual([expect.objectContaining({ name: "pets", rows: 1 })]);
    expect(JSON.stringify(result)).not.toContain("datasette-publish-");
  });

  it("wants what is required before it asks the host", async () => {
    const check = vi.fn<Provider["check"]>();
    const options = { size: { type: "string", description: "Size", required: true, publishOnly: true } } as const;
    await expect(publish({ ...provider, options, check })).rejects.toMatchObject({ code: "OPTION_INVALID", facts: { option: "size" } });
    expect(check).not.toHaveBeenCalled();
  });

  it("assembles one image for each platform", async () => {
    const both = ["linux/amd64", "linux/arm64"] as const;
    const { images, deployment } = await publish({ ...provider, platforms: () => Promise.resolve(both) });
    expect(images.map(({ platform }) => platform)).toEqual(["linux/amd64", "linux/arm64"]);
    expect(images[0]?.configDigest).not.toBe(images[1]?.configDigest);
    expect(deployment?.facts).toMatchObject({ images: 2 });
  });

  it("plans a dry run without building", async () => {
    const unused = vi.fn<Build>(build);
    const result = await publishOnce(provider, request(), unused, ctx, true);
    expect(result).toMatchObject({ plan: [{ verb: "create", target: "top/pets" }], images: [] });
    expect(unused).not.toHaveBeenCalled();
  });

  it.each<[code: string, changes: Partial<Provider>]>([
    ["PROVIDER_INCOMPATIBLE", { interface: providerInterface + 1 }],
    ["PROVIDER_INVALID", { platforms: () => Promise.resolve([]) }],
    [
      "PROVIDER_INVALID",
      { accepts: { images: { platforms: ["linux/amd64"] } }, platforms: () => Promise.resolve(["linux/amd64", "linux/arm64"]) },
    ],
    ["IMAGE_TOO_LARGE", { accepts: { images: { ...provider.accepts.images, maxBytes: 100 } } }],
    ["IMAGE_TOO_LARGE", { accepts: { images: { ...provider.accepts.images, maxLayerBytes: 100 } } }],
  ])("fails with %s", async (code, changes) => {
    await expect(publish({ ...provider, ...changes })).rejects.toMatchObject({ code });
  });

  it.each<[limit: string, limits: ImageLimits]>([
    ["maxSize", { maxBytes: 100 }],
    ["maxLayer", { maxLayerBytes: 100, maxBytes: 1e6 }],
  ])("refuses an image over the user's %s before anything is sent, and names its data", async (limit, limits) => {
    const rollout = vi.fn<Provider["rollout"]>();
    await expect(publish({ ...provider, rollout }, { limits })).rejects.toMatchObject({
      code: "IMAGE_TOO_LARGE",
      facts: { limit, largest: expect.stringMatching(/^data\/data\.db \(about /) },
      remedies: [{ action: "advise" }, { action: "set-option", option: limit }],
    });
    expect(rollout).not.toHaveBeenCalled();
  });

  it("writes the bill of materials of what it sends, for each platform", async () => {
    const both = ["linux/amd64", "linux/arm64"] as const;
    const file = join(dir, "pets.cdx.json");
    const { sbom, images } = await publish({ ...provider, platforms: () => Promise.resolve(both) }, { sbom: file });
    expect(sbom).toBe(file);
    const bill = await readFile(file, "utf8");
    for (const { manifestDigest } of images) expect(bill).toContain(manifestDigest);
    expect(JSON.parse(bill)).toMatchObject({ metadata: { timestamp: "2026-11-30T00:00:00Z" } });
  });

  it.each([
    ["OPTION_INVALID", "pets.json"],
    ["OUTPUT_UNWRITABLE", "nowhere/pets.spdx.json"],
  ])("refuses with %s to write a bill of materials to %s, before the host is asked", async (code, file) => {
    const check = vi.fn<Provider["check"]>();
    await expect(publish({ ...provider, check }, { sbom: join(dir, file) })).rejects.toMatchObject({ code });
    expect(check).not.toHaveBeenCalled();
  });

  it("takes an image whose layers hide nothing of each other, however little may be wasted", async () => {
    const { deployment } = await publish(provider, { limits: { maxWastedBytes: 0, maxBytes: 1e6, maxLayerBytes: 1e6 } });
    expect(deployment?.id).toBe("pets");
  });

  it("remembers a name before the first change, but not one that is taken", async () => {
    const names = { option: "app", pattern: /^[a-z0-9-]+$/, maxLength: 30 };
    const named = { ...provider, names, options: { app: { type: "string", description: "Name" } } } as const;
    const failing = (code: "HOST_BUSY" | "NAME_TAKEN") =>
      publish(
        { ...named, rollout: rolloutThat(() => Promise.reject(new PublishError(code, "no", "Wait."))) },
        { options: { app: code.toLowerCase().replace("_", "-") } },
      );
    await expect(failing("HOST_BUSY")).rejects.toMatchObject({ code: "HOST_BUSY" });
    expect(await openProject([dir]).memory.recall("pets", "shelf")).toEqual({ name: "host-busy" });
    await expect(failing("NAME_TAKEN")).rejects.toMatchObject({ code: "NAME_TAKEN" });
    expect(await openProject([dir]).memory.recall("pets", "shelf")).toEqual({ name: "host-busy" });
  });

  it("says that a site with a writable database keeps no answers", async () => {
    const codes: string[] = [];
    const report = (event: PublishEvent) => void (event.type === "warned" && codes.push(event.code));
    await publish({ ...provider, recipe: () => ({ writable: ["/volume/notes.db"] }) }, {}, { report });
    await publish({ ...provider, recipe: () => Promise.resolve({ writable: [] }) }, {}, { report });
    expect(codes).toEqual(["ANSWERS_NOT_KEPT"]);
  });

  it("says that a folder under another name is a new site", async () => {
    const warnings: unknown[] = [];
    const report = (event: PublishEvent) => void (event.type === "warned" && event.code === "SITE_NEW" && warnings.push(event.remedies));
    const names = { option: "app", pattern: /^[a-z0-9-]+$/, maxLength: 30 };
    const named = { ...provider, names, options: { app: { type: "string", description: "Name" } } } as const;
    const as = (name: string, options = {}) => publish(named, { project: openProject([dir], { name }), options }, { report });
    await as("pets");
    await as("pets");
    await as("cats", { app: "cats" });
    expect(warnings).toEqual([]);
    await as("animals");
    expect(warnings).toMatchObject([[{ option: "name", value: "pets" }]]);
  });

  it("says that a name could not be kept, and how to give it next time", async () => {
    const reported: PublishEvent[] = [];
    const names = { option: "app", pattern: /^[a-z0-9-]+$/, maxLength: 30 };
    const named = { ...provider, names, options: { app: { type: "string", description: "Name" } } } as const;
    const failure = Object.assign(new Error("no"), { code: "EROFS" });
    const memory: Memory = {
      place: "pets.json",
      recall: () => Promise.resolve(undefined),
      others: () => Promise.resolve([]),
      remember: () => Promise.reject(failure),
      recallPlugins: () => Promise.resolve(undefined),
      rememberPlugins: () => Promise.resolve(),
    };
    const options = { app: "my-pets" };
    await publishOnce(named, request({ options }, { name: "pets", memory }), build, { report: (event) => reported.push(event) });
    expect(reported.filter(({ type }) => type === "warned")).toMatchObject([
      { code: "STATE_UNWRITABLE", facts: { file: "pets.json", reason: "EROFS" }, remedies: [{ option: "app", value: "my-pets" }] },
    ]);
  });
});

describe("what is there before a rollout", () => {
  const rollout = vi.fn<Provider["rollout"]>(rolloutThat(() => undefined));
  const status = vi.fn<NonNullable<Provider["status"]>>();
  beforeEach(() => {
    rollout.mockClear();
    status.mockReset();
  });

  it.each<[what: string, of: Partial<Provider>, before: SiteStatus | null, asked: number]>([
    ["is what the host says right before it", { status }, running, 2],
    ["is nothing where no site is replaced", { status, replaces: () => Promise.resolve(false) }, null, 0],
    ["is nothing where the host does not say", {}, null, 0],
  ])("%s", async (_what, of, before, asked) => {
    for (const dryRun of [false, true]) {
      status.mockReset().mockResolvedValueOnce(null).mockResolvedValue(running);
      await publishOnce({ ...provider, ...of, rollout }, request(), build, ctx, dryRun);
      expect(rollout).toHaveBeenLastCalledWith(expect.objectContaining({ siteName: "pets" }), before);
      expect(status).toHaveBeenCalledTimes(asked);
    }
  });

  it("is not replaced when it came meanwhile from another folder", async () => {
    status.mockResolvedValueOnce(null).mockResolvedValue({ ...running, source: "elsewhere" });
    const built = vi.fn<Build>(build);
    const publishing = publishOnce({ ...provider, status, rollout }, request({}, {}), built, ctx);
    await expect(publishing).rejects.toMatchObject({ code: "SITE_EXISTS", facts: { site: "pets" } });
    expect(built).toHaveBeenCalledOnce();
    expect(rollout).not.toHaveBeenCalled();
  });
});

const sick: Partial<Provider> = {
  rollout: () => Promise.resolve({ tasks: [], url: () => "https://pets.example.org/", result: () => ({ facts: {} }) }),
  logs: async function* ({ env }) {
    yield `it has ${env["LOCK_PASSWORD"]}`;
  },
};
const broken: typeof globalThis.fetch = () => Promise.resolve(new Response("", { status: 502 }));

it("shows no secret of the last lines of a site that is not healthy", async () => {
  const shown: unknown[] = [];
  const report = (event: PublishEvent) => void shown.push(event);
  const changes = { env: { LOCK_PASSWORD: "canary-password" }, fetch: broken, timeoutMs: 0 };
  const error: unknown = await publish({ ...provider, ...sick }, changes, { report }).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: "DEPLOYMENT_UNHEALTHY", facts: { logs: "it has [secret]" } });
  expect(shown).toContainEqual({ type: "output", id: "shelf", text: "it has [secret]" });
  expect(JSON.stringify([shown, error, String((error as Error).cause)])).not.toContain("canary");
});
