import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { PublishEvent } from "../events/events.ts";
import type { Provider, SiteStatus } from "../provider/provider.ts";
import { shelf, token } from "./fixtures.ts";
import { rollback, unpublish } from "./manage.ts";
import { recallName, rememberName } from "./names-file.ts";
import { publish, type PublishRequest } from "./publish.ts";

let dir: string;
const ctx = { report: () => {} };
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "guard-test-"));
  await writeFile(join(dir, "pets.csv"), "name,legs\nRex,4\n");
});
afterEach(() => rm(dir, { recursive: true }));

const plan = vi.fn<Provider["plan"]>(() => Promise.resolve([]));
const shelfWith = (status: Partial<SiteStatus> | null): Provider => ({
  ...shelf,
  plan,
  status: ({ name }) => Promise.resolve(status && { name, url: null, state: "running", releases: [], facts: {}, site: "pets", ...status }),
  unpublish: () => Promise.resolve(),
  rollback: (_host, release) => Promise.resolve(release),
});
const request = (changes: Partial<PublishRequest> = {}): PublishRequest => ({
  paths: [dir],
  convert: {},
  site: { name: "pets" },
  options: {},
  env: { SHELF_TOKEN: token },
  dryRun: true,
  runtime: () => Promise.reject(new Error("not in a dry run")),
  ...changes,
});

describe("a publish", () => {
  it("does not replace a site that was published from elsewhere", async () => {
    await expect(publish(shelfWith({}), request(), ctx)).rejects.toMatchObject({
      code: "SITE_EXISTS",
      message: expect.stringContaining("nothing in this folder says") as string,
      facts: { site: "pets" },
    });
    expect(plan).not.toHaveBeenCalled();
    await expect(publish(shelfWith(null), request(), ctx)).resolves.toMatchObject({ site: "pets" });
  });

  it("replaces the site that its folder remembers, but not another site under that name", async () => {
    await rememberName([dir], "pets", "shelf", "prod", ctx);
    await expect(publish(shelfWith({}), request(), ctx)).resolves.toMatchObject({ site: "pets" });
    await expect(publish(shelfWith({ site: "prod" }), request(), ctx)).rejects.toMatchObject({
      code: "SITE_EXISTS",
      facts: { name: "prod" },
    });
  });

  it("takes a name that was given as consent", async () => {
    const options = { app: "prod" };
    const codes: string[] = [];
    const report = (event: PublishEvent) => void (event.type === "warned" && codes.push(event.code));
    await expect(publish(shelfWith({ site: "prod" }), request({ options }), { report })).resolves.toMatchObject({ site: "pets" });
    expect(codes).toEqual(["SITE_REPLACED"]);
  });
});

it("removes and rolls back no other site under a remembered name", async () => {
  await rememberName([dir], "pets", "shelf", "prod", ctx);
  const other = shelfWith({ site: "prod" });
  await expect(unpublish(other, request(), ctx)).rejects.toMatchObject({ code: "SITE_EXISTS" });
  await expect(rollback(other, request(), undefined, ctx)).rejects.toMatchObject({ code: "SITE_EXISTS" });
});

const folder = (changes: Partial<PublishRequest> = {}) => request({ site: {}, ...changes });

it("removes and rolls back no site of another folder of that name, unless it is named", async () => {
  const releases = ["v2", "v1"].map((id) => ({ id, current: id === "v2", status: "", description: "", createdAt: null }));
  const site = basename(dir).toLowerCase();
  const elsewhere = shelfWith({ site, releases });
  await expect(unpublish(elsewhere, folder(), ctx)).rejects.toMatchObject({ code: "SITE_EXISTS" });
  await expect(rollback(elsewhere, folder(), undefined, ctx)).rejects.toMatchObject({ code: "SITE_EXISTS" });
  await expect(unpublish(elsewhere, folder({ site: { name: site } }), ctx)).resolves.toMatchObject({ url: null });
  await expect(unpublish(elsewhere, folder({ options: { app: "prod" } }), ctx)).resolves.toMatchObject({ name: "prod" });
});

describe("the name", () => {
  it("is not kept by a run that changed nothing", async () => {
    const broken: Provider = { ...shelf, platforms: () => Promise.resolve([]) };
    await expect(publish(broken, request({ dryRun: false }), ctx)).rejects.toMatchObject({ code: "PROVIDER_INVALID" });
    expect(await recallName([dir], "pets", "shelf")).toBeUndefined();
  });

  it("is forgotten by unpublish only when it is that site's", async () => {
    await rememberName([dir], "pets", "shelf", "one", ctx);
    await unpublish(shelfWith({}), request({ options: { app: "two" } }), ctx);
    expect(await recallName([dir], "pets", "shelf")).toBe("one");
    await unpublish(shelfWith({}), request({ options: { app: "one" } }), ctx);
    expect(await recallName([dir], "pets", "shelf")).toBeUndefined();
  });
});
