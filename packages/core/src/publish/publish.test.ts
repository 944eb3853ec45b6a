import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { PublishError } from "../errors/publish-error.ts";
import type { PublishEvent } from "../events/events.ts";
import { writeLayer } from "../image/layer.ts";
import type { Platform, Runtime } from "../image/types.ts";
import { providerInterface, type Provider } from "../provider/provider.ts";
import { recallName } from "./names-file.ts";
import { publish, type PublishRequest } from "./publish.ts";

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
  accepts: { platforms: ["amd64", "arm64"] },
  check: () => Promise.resolve(),
  plan: ({ site, options }) => Promise.resolve([{ verb: "create", target: `${String(options["shelf"])}/${site.name}` }]),
  publish: (images, { site }) =>
    Promise.resolve({
      provider: "shelf",
      id: site.name,
      url: null,
      next: [],
      facts: { images: images.length, layers: images[0]?.layers.length ?? 0 },
    }),
};

async function fakeRuntime(platform: Platform): Promise<Runtime> {
  const file = { name: "etc/base", mode: 0o644, source: Buffer.from("base\n") };
  const layer = await writeLayer([file], join(dir, "runtime"), "base", { report: () => {} });
  const versions = { datasetteVersion: "0.65.5", pythonVersion: "3.13.5", lockSha256: "0".repeat(64) };
  return { platform, layers: [layer], entrypoint: ["/bin/false"], env: [], user: "1:1", ...versions };
}

const request = (changes: Partial<PublishRequest> = {}): PublishRequest => ({
  paths: [join(dir, "pets.csv")],
  convert: {},
  site: { name: "pets" },
  options: {},
  env: {},
  runtime: fakeRuntime,
  ...changes,
});
const ctx = { report: () => {} };

describe("publish", () => {
  it("returns the report, the images and the deployment", async () => {
    const check = vi.fn<NonNullable<PublishRequest["check"]>>(() => Promise.resolve());
    const result = await publish(provider, request({ check }), ctx);
    expect(result).toMatchObject({ site: "pets", deployment: { id: "pets" }, images: [{ platform: "linux/amd64" }] });
    expect(result.databases[0]?.tables).toEqual([expect.objectContaining({ name: "pets", rows: 1 })]);
    expect(check).toHaveBeenCalledOnce();
    expect(JSON.stringify(result)).not.toContain("datasette-publish-");
  });

  it("assembles one image for each platform", async () => {
    const both = ["amd64", "arm64"].map((architecture) => ({ os: "linux", architecture }) as Platform);
    const { images } = await publish({ ...provider, platforms: () => Promise.resolve(both) }, request(), ctx);
    expect(images.map(({ platform }) => platform)).toEqual(["linux/amd64", "linux/arm64"]);
    expect(images[0]?.configDigest).not.toBe(images[1]?.configDigest);
  });

  it("plans a dry run without building", async () => {
    const runtime = vi.fn<PublishRequest["runtime"]>(fakeRuntime);
    const result = await publish(provider, request({ dryRun: true, runtime }), ctx);
    expect(result).toMatchObject({ plan: [{ verb: "create", target: "top/pets" }], images: [] });
    expect(runtime).not.toHaveBeenCalled();
  });

  it.each([
    ["PROVIDER_INCOMPATIBLE", { interface: providerInterface + 1 }],
    ["PROVIDER_INVALID", { platforms: () => Promise.resolve([]) }],
    ["IMAGE_TOO_LARGE", { accepts: { ...provider.accepts, maxBytes: 100 } }],
  ] as const)("fails with %s", async (code, changes) => {
    await expect(publish({ ...provider, ...changes }, request(), ctx)).rejects.toMatchObject({ code });
  });

  it("stops when the check of the site fails, before a runtime is asked for", async () => {
    const runtime = vi.fn<PublishRequest["runtime"]>(fakeRuntime);
    await expect(publish(provider, request({ runtime, check: () => Promise.reject(new Error("no")) }), ctx)).rejects.toMatchObject({
      code: "INTERNAL",
    });
    expect(runtime).not.toHaveBeenCalled();
  });

  it("remembers a name before the first change, but not one that is taken", async () => {
    const names = { option: "app", pattern: /^[a-z0-9-]+$/, maxLength: 30 };
    const named = { ...provider, names, options: { app: { type: "string", description: "Name" } } } as const;
    const failing = (code: "HOST_BUSY" | "NAME_TAKEN") =>
      publish(
        { ...named, publish: () => Promise.reject(new PublishError(code, "no", "Wait.")) },
        request({ options: { app: code.toLowerCase().replace("_", "-") } }),
        ctx,
      );
    await expect(failing("HOST_BUSY")).rejects.toMatchObject({ code: "HOST_BUSY" });
    expect(await recallName([dir], "pets", "shelf")).toBe("host-busy");
    await expect(failing("NAME_TAKEN")).rejects.toMatchObject({ code: "NAME_TAKEN" });
    expect(await recallName([dir], "pets", "shelf")).toBe("host-busy");
  });

  it("says that a folder under another name is a new site", async () => {
    const warnings: unknown[] = [];
    const report = (event: PublishEvent) => void (event.type === "warned" && event.code === "SITE_NEW" && warnings.push(event.remedies));
    const names = { option: "app", pattern: /^[a-z0-9-]+$/, maxLength: 30 };
    const named = { ...provider, names, options: { app: { type: "string", description: "Name" } } } as const;
    const as = (name: string, options = {}) => publish(named, request({ paths: [dir], site: { name }, options }), { report });
    await as("pets");
    await as("pets");
    await as("cats", { app: "cats" });
    expect(warnings).toEqual([]);
    await as("animals");
    expect(warnings).toMatchObject([[{ option: "name", value: "pets" }]]);
  });

  it("works in a given folder and leaves it there", async () => {
    const workDir = await mkdtemp(join(dir, "work-"));
    await publish(provider, request({ workDir }), ctx);
    expect(await readdir(workDir)).toContain("data.db");
  });
});
