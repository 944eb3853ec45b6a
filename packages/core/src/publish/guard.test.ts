import { copyFile, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Context, PublishEvent } from "../events/events.ts";
import { memoryFile } from "../project/memory-file.ts";
import type { HostContext } from "../provider/context.ts";
import type { Provider } from "../provider/provider.ts";
import type { SiteStatus } from "../provider/status.ts";
import { openProject } from "../project/project.ts";
import { noImage, publishOnce, shelf, token } from "./fixtures.ts";
import { rollback, unpublish } from "./manage.ts";
import type { TargetRequest } from "./target.ts";

let dir: string;
const ctx = { report: () => {} };
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "guard-test-"));
  await writeFile(join(dir, "pets.csv"), "name,legs\nRex,4\n");
});
afterEach(() => rm(dir, { recursive: true }));

const rollout = vi.fn<Provider["rollout"]>(() => Promise.resolve({ tasks: [], result: () => ({ facts: {} }) }));
const shelfWith = (status: Partial<SiteStatus> | null): Provider => ({
  ...shelf,
  rollout,
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
    expect(rollout).not.toHaveBeenCalled();
    await expect(planned(shelfWith(null))).resolves.toMatchObject({ site: "pets" });
  });

  it("replaces the site that its folder remembers, but not another site under that name", async () => {
    await memory().remember("pets", "shelf", { name: "prod" });
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

/** A folder `csvs` of its own. */
const csvsIn = async (parent: string) => {
  const folder = join(dir, parent, "csvs");
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "pets.csv"), "name,legs\nRex,4\n");
  return folder;
};

describe("a publish to a host without names of its own", () => {
  const { names: _names, login: _login, ...nameless } = shelf;
  /** What is published, with what its mark tells, until it is removed. */
  const hostOf = (tells: (host: HostContext) => Pick<SiteStatus, "site" | "source">, more: Partial<Provider> = {}) => {
    let there: SiteStatus | null = null;
    const marked = (host: HostContext): SiteStatus => ({
      name: host.name,
      url: null,
      state: "running",
      releases: [],
      facts: {},
      ...tells(host),
    });
    const provider: Provider = {
      ...nameless,
      status: () => Promise.resolve(there),
      rollout: (host) =>
        Promise.resolve({
          tasks: [{ verb: "create", target: host.name, run: () => (there = marked(host)) }],
          result: () => ({ facts: {} }),
        }),
      unpublish: () => Promise.resolve(void (there = null)),
      ...more,
    };
    return (of: string, named = {}) => publishOnce(provider, request({ project: openProject([of], named) }), noImage, ctx);
  };
  it.each([
    ["the site", ({ siteName: site }: HostContext) => ({ site })],
    ["the source", ({ source }: HostContext) => ({ source })],
    ["both", ({ siteName: site, source }: HostContext) => ({ site, source })],
    ["nothing", () => ({})],
  ])("does not replace the site of another folder of that name, unless it is named, where a mark tells %s", async (_what, tells) => {
    const [mine, other] = [await csvsIn("mine"), await csvsIn("other")];
    const publish = hostOf(tells);
    await publish(mine);
    await expect(publish(mine)).resolves.toMatchObject({ site: "csvs" });
    await expect(publish(other)).rejects.toMatchObject({
      code: "SITE_EXISTS",
      facts: { name: "csvs" },
      remedies: [{ option: "name", value: "csvs" }, {}],
    });
    await expect(publish(other, { name: "csvs" })).resolves.toMatchObject({ site: "csvs" });
  });

  it("writes no file where every mark tells the source, or no site is replaced", async () => {
    const [mine, other] = [await csvsIn("mine"), await csvsIn("other")];
    const publish = hostOf(({ source }) => ({ source }), { tellsSource: true });
    await publish(mine);
    await expect(publish(other)).rejects.toMatchObject({ code: "SITE_EXISTS" });
    const store = hostOf(() => ({}), { replaces: () => false });
    for (const folder of [mine, other]) await store(folder);
    for (const folder of [mine, other]) expect(await readdir(folder)).toEqual(["pets.csv"]);
  });

  it("is refused for a site that is remembered, but whose mark tells another source", async () => {
    const [mine, other] = [await csvsIn("mine"), await csvsIn("other")];
    const publish = hostOf(({ source }) => ({ source }));
    await publish(mine);
    await copyFile(join(mine, memoryFile), join(other, memoryFile));
    await expect(publish(other)).rejects.toMatchObject({ code: "SITE_EXISTS" });
  });
});

it("removes and rolls back no other site under a remembered name", async () => {
  await memory().remember("pets", "shelf", { name: "prod" });
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
  const { names: _names, ...nameless } = elsewhere;
  await expect(unpublish(nameless, folder(), ctx)).rejects.toMatchObject({ code: "SITE_EXISTS" });
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
    await memory().remember("pets", "shelf", { name: "one" });
    await unpublish(shelfWith({}), request({ options: { app: "two" } }), ctx);
    expect(await memory().recall("pets", "shelf")).toEqual({ name: "one" });
    await unpublish(shelfWith({}), request({ options: { app: "one" } }), ctx);
    expect(await memory().recall("pets", "shelf")).toBeUndefined();
  });
});
