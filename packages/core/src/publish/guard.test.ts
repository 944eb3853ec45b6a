import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Context, PublishEvent } from "../events/events.ts";
import type { Provider, SiteStatus } from "../provider/provider.ts";
import { openProject } from "../project/project.ts";
import { publishOnce, shelf, token } from "./fixtures.ts";
import { rollback, unpublish } from "./manage.ts";
import type { TargetRequest } from "./target.ts";

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
const request = (changes: Partial<TargetRequest> = {}): TargetRequest => ({
  project: openProject([dir], { name: "pets" }),
  options: {},
  env: { SHELF_TOKEN: token },
  ...changes,
});
const planned = (provider: Provider, changes: Partial<TargetRequest> = {}, context: Context = ctx) =>
  publishOnce(provider, request(changes), () => Promise.reject(new Error("not for a plan")), context, true);
const memory = () => openProject([dir]).memory;

describe("a publish", () => {
  it("does not replace a site that was published from elsewhere", async () => {
    await expect(planned(shelfWith({}))).rejects.toMatchObject({
      code: "SITE_EXISTS",
      message: expect.stringContaining("nothing in this folder says") as string,
      facts: { site: "pets" },
    });
    expect(plan).not.toHaveBeenCalled();
    await expect(planned(shelfWith(null))).resolves.toMatchObject({ site: "pets" });
  });

  it("replaces the site that its folder remembers, but not another site under that name", async () => {
    await memory().remember("pets", "shelf", "prod");
    await expect(planned(shelfWith({}))).resolves.toMatchObject({ site: "pets" });
    await expect(planned(shelfWith({ site: "prod" }))).rejects.toMatchObject({
      code: "SITE_EXISTS",
      facts: { name: "prod" },
    });
  });

  it("takes a name that was given as consent", async () => {
    const options = { app: "prod" };
    const codes: string[] = [];
    const report = (event: PublishEvent) => void (event.type === "warned" && codes.push(event.code));
    await expect(planned(shelfWith({ site: "prod" }), { options }, { report })).resolves.toMatchObject({ site: "pets" });
    expect(codes).toEqual(["SITE_REPLACED"]);
  });
});

it("removes and rolls back no other site under a remembered name", async () => {
  await memory().remember("pets", "shelf", "prod");
  const other = shelfWith({ site: "prod" });
  await expect(unpublish(other, request(), ctx)).rejects.toMatchObject({ code: "SITE_EXISTS" });
  await expect(rollback(other, request(), undefined, ctx)).rejects.toMatchObject({ code: "SITE_EXISTS" });
});

const folder = (changes: Partial<TargetRequest> = {}) => request({ project: openProject([dir]), ...changes });

it("removes and rolls back no site of another folder of that name, unless it is named", async () => {
  const releases = ["v2", "v1"].map((id) => ({ id, current: id === "v2", status: "", description: "", createdAt: null }));
  const site = basename(dir).toLowerCase();
  const elsewhere = shelfWith({ site, releases });
  await expect(unpublish(elsewhere, folder(), ctx)).rejects.toMatchObject({ code: "SITE_EXISTS" });
  await expect(rollback(elsewhere, folder(), undefined, ctx)).rejects.toMatchObject({ code: "SITE_EXISTS" });
  await expect(unpublish(elsewhere, folder({ project: openProject([dir], { name: site }) }), ctx)).resolves.toMatchObject({ url: null });
  await expect(unpublish(elsewhere, folder({ options: { app: "prod" } }), ctx)).resolves.toMatchObject({ name: "prod" });
});

describe("the name", () => {
  it("is not kept by a run that changed nothing", async () => {
    const broken: Provider = { ...shelf, platforms: () => Promise.resolve([]) };
    await expect(publishOnce(broken, request(), () => Promise.reject(new Error("not asked")), ctx)).rejects.toMatchObject({
      code: "PROVIDER_INVALID",
    });
    expect(await memory().recall("pets", "shelf")).toBeUndefined();
  });

  it("is forgotten by unpublish only when it is that site's", async () => {
    await memory().remember("pets", "shelf", "one");
    await unpublish(shelfWith({}), request({ options: { app: "two" } }), ctx);
    expect(await memory().recall("pets", "shelf")).toBe("one");
    await unpublish(shelfWith({}), request({ options: { app: "one" } }), ctx);
    expect(await memory().recall("pets", "shelf")).toBeUndefined();
  });
});
