import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { PublishError, isPublishError } from "../errors/publish-error.ts";
import { setOption, toRemedies } from "../errors/remedies.ts";
import type { PublishEvent } from "../events/events.ts";
import type { HostContext } from "../provider/context.ts";
import { providerInterface, type Provider } from "../provider/provider.ts";
import type { SiteStatus } from "../provider/status.ts";
import type { HostRequest } from "./host-context.ts";
import { shelf, token } from "./fixtures.ts";
import { manage, rollback, unpublish, unsupported } from "./manage.ts";
import { openProject } from "../project/project.ts";
import { logsRemedies } from "./use-site.ts";

let dir: string;
const events: PublishEvent[] = [];
const ctx = { report: (event: PublishEvent) => void events.push(event) };
beforeEach(async () => {
  events.splice(0);
  dir = await mkdtemp(join(tmpdir(), "manage-test-"));
});
afterEach(() => rm(dir, { recursive: true }));

const request = (changes: Partial<HostRequest> = {}): HostRequest => ({
  project: openProject([dir], { name: "pets" }),
  options: {},
  env: { SHELF_TOKEN: token },
  ...changes,
});

function tellToken(host: HostContext): Promise<string> {
  host.report({ type: "output", id: "x", text: host.token });
  return Promise.resolve(host.token);
}

describe("manage", () => {
  it("hands over the site as publish would find it, and gives the result back", async () => {
    await openProject([dir]).memory.remember("pets", "shelf", { name: "remembered" });
    const found = manage(shelf, request(), ctx, ({ name, siteName }) => Promise.resolve({ name, siteName }));
    expect(await found).toEqual({ name: "remembered", siteName: "pets" });
  });

  it("wants what is required before it looks for a token", async () => {
    const options = { server: { type: "string", description: "Server", required: true } } as const;
    const found = manage({ ...shelf, options }, request({ env: {} }), ctx, () => Promise.resolve(1));
    await expect(found).rejects.toMatchObject({ code: "OPTION_INVALID", facts: { option: "server" } });
    expect(events).toEqual([]);
  });

  it("shows no secret in events, results and errors", async () => {
    const shown: unknown[] = [];
    shown.push(await manage(shelf, request(), ctx, tellToken));
    const error: unknown = await manage(shelf, request(), ctx, (host) => Promise.reject(new Error(host.token))).catch((e: unknown) => e);
    expect(isPublishError(error)).toBe(true);
    shown.push(String(error), (error as Error).stack, String((error as Error).cause), events);
    expect(JSON.stringify(shown)).not.toContain("canary");
  });

  it("is cancelled as a publish is", async () => {
    const stop = new AbortController();
    const work = () => (stop.abort(), Promise.reject(new Error("broken off")));
    await expect(manage(shelf, request(), { ...ctx, signal: stop.signal }, work)).rejects.toMatchObject({ code: "CANCELLED" });
  });

  it("says of a site that it left unhealthy, also when it was cancelled", async () => {
    const stop = new AbortController();
    const unhealthy = new PublishError("DEPLOYMENT_UNHEALTHY", "It could not go back.", "Look at it.");
    const work = () => (stop.abort(), Promise.reject(unhealthy));
    await expect(manage(shelf, request(), { ...ctx, signal: stop.signal }, work)).rejects.toBe(unhealthy);
  });

  it("refuses a provider of a newer interface", async () => {
    const newer = { ...shelf, interface: providerInterface + 1 };
    await expect(manage(newer, request(), ctx, () => Promise.resolve())).rejects.toMatchObject({ code: "PROVIDER_INCOMPATIBLE" });
  });
});

const releases = ["v4", "v3", "v2", "v1"].map((id) => ({ id, current: id === "v3", status: "", description: "", createdAt: null }));
const status = { name: "pets", url: null, state: "running", releases, facts: {} } as const;
const published: Provider = { ...shelf, status: () => Promise.resolve(status) };

const refuse = (site: SiteStatus) => Promise.reject(new PublishError("CANCELLED", `Not ${site.name}.`, "Agree."));

it("names the site in the command of the host's own tool that shows its log", () => {
  const provider = { ...shelf, instead: { logs: ["shelf", "logs", "--app", "<app>"] } } as const;
  expect(logsRemedies(provider, { name: "pets", options: {} })[0]).toMatchObject({
    action: "run",
    run: ["shelf", "logs", "--app", "pets"],
  });
});

describe("unpublish", () => {
  it("removes the site, then its name", async () => {
    await openProject([dir]).memory.remember("pets", "shelf", { name: "remembered" });
    const remove = vi.fn<NonNullable<Provider["unpublish"]>>(() => Promise.resolve());
    expect(await unpublish({ ...published, unpublish: remove }, request(), ctx)).toEqual({ name: "remembered", url: null });
    expect(remove).toHaveBeenCalledOnce();
    expect(await readdir(dir)).toEqual([]);
  });

  it("shows the site before, and keeps it when that is not agreed to", async () => {
    const remove = vi.fn<NonNullable<Provider["unpublish"]>>(() => Promise.resolve());
    const removed = unpublish({ ...published, unpublish: remove }, request(), ctx, refuse);
    await expect(removed).rejects.toMatchObject({ code: "CANCELLED", message: "Not pets." });
    expect(remove).not.toHaveBeenCalled();
  });

  it("keeps the name when the host fails", async () => {
    await openProject([dir]).memory.remember("pets", "shelf", { name: "remembered" });
    const failing = { ...published, unpublish: () => Promise.reject(new Error("no")) };
    await expect(unpublish(failing, request(), ctx)).rejects.toMatchObject({ code: "INTERNAL" });
    expect(await openProject([dir]).memory.recall("pets", "shelf")).toEqual({ name: "remembered" });
  });

  it("touches nothing that was not published", async () => {
    const remove = vi.fn<NonNullable<Provider["unpublish"]>>(() => Promise.resolve());
    const absent = { ...shelf, status: () => Promise.resolve(null), unpublish: remove };
    await expect(unpublish(absent, request(), ctx)).rejects.toMatchObject({ code: "NOT_PUBLISHED", facts: { provider: "shelf" } });
    expect(remove).not.toHaveBeenCalled();
  });

  it("says when a provider cannot", async () => {
    for (const provider of [shelf, { ...shelf, unpublish: () => Promise.resolve() }])
      await expect(unpublish(provider, request(), ctx)).rejects.toMatchObject({ code: "COMMAND_INVALID", facts: { provider: "shelf" } });
    expect(unsupported(shelf, "logs")).toMatchObject({ code: "COMMAND_INVALID", facts: { verb: "logs" } });
    expect(unsupported({ ...shelf, instead: { logs: ["shelf-logs"] } }, "logs")).toMatchObject({ remedies: [{ run: ["shelf-logs"] }] });
  });
});

describe("rollback", () => {
  const back = vi.fn<NonNullable<Provider["rollback"]>>((_host, release) => Promise.resolve({ ...release, current: true }));
  const goBack = (id?: string, provider: Provider = { ...published, rollback: back }) => rollback(provider, request(), id, ctx);

  it("goes to the release before the current one, or to one that is named", async () => {
    expect((await goBack()).release).toMatchObject({ id: "v2", current: true });
    expect((await goBack("v4")).release.id).toBe("v4");
    expect(back).toHaveBeenLastCalledWith(expect.anything(), releases[0], status);
  });

  it("passes over a release that the host cannot go back to", async () => {
    const gone = releases.map((release) => ({ ...release, restorable: release.id !== "v2" }));
    const provider = { ...published, rollback: back, status: () => Promise.resolve({ ...status, releases: gone }) };
    expect((await goBack(undefined, provider)).release.id).toBe("v1");
    await expect(goBack("v2", provider)).rejects.toMatchObject({ code: "OPTION_INVALID", facts: { release: "v2" } });
  });

  it.each([
    ["v3", /is at v3 already\.$/],
    ["3", /is at v3 already\.$/],
    ["v2", /has no release v2 to go back to\.$/],
    ["v9", /has no release v9 to go back to\.$/],
  ])("says why not to %s, and which ones there are", async (id, message) => {
    const some = releases.map((release) => ({ ...release, restorable: release.id !== "v2" }));
    const provider = { ...published, rollback: back, status: () => Promise.resolve({ ...status, releases: some }) };
    const remedies = [setOption("to", "v4"), setOption("to", "v1")];
    await expect(goBack(id, provider)).rejects.toMatchObject({ message: expect.stringMatching(message) as string, remedies });
  });

  it("takes a release's number alone", async () => {
    expect((await goBack("1")).release.id).toBe("v1");
  });

  it("waits until the site answers, and says how to return when it does not", async () => {
    const url = "https://pets.example.org/";
    const asked: string[] = [];
    const provider = { ...published, rollback: back, status: () => Promise.resolve({ ...status, url }) };
    const answering = (answer: number): typeof globalThis.fetch => {
      return (address) => (asked.push((address as URL).href), Promise.resolve(new Response("", { status: answer })));
    };
    const goes = (answer: number) => rollback(provider, request({ fetch: answering(answer), timeoutMs: 0 }), "v1", ctx);
    expect((await goes(200)).release.id).toBe("v1");
    expect(asked).toEqual([`${url}-/versions.json`]);
    const stopped = { ...provider, status: () => Promise.resolve({ ...status, url, state: "stopped" as const }) };
    expect((await rollback(stopped, request({ fetch: answering(502), timeoutMs: 0 }), "v1", ctx)).release.id).toBe("v1");
    await expect(goes(502)).rejects.toMatchObject({
      code: "DEPLOYMENT_UNHEALTHY",
      remedies: expect.arrayContaining([expect.objectContaining({ verb: "rollback", provider: "shelf" })]) as unknown[],
      facts: { from: "v3", restored: null },
    });
  });

  it("leaves the remedies of a provider that has gone back by itself", async () => {
    const error = new PublishError("DEPLOYMENT_UNHEALTHY", "Not well. v3 is in place again.", "Look.", { restored: "v3" });
    const failing = { ...published, rollback: () => Promise.reject(error) };
    await expect(goBack("v1", failing)).rejects.toMatchObject({ remedies: toRemedies("Look."), facts: { restored: "v3" } });
  });

  const newest = releases[0]!;
  const again = { action: "retry" };
  const back3 = { action: "use", verb: "rollback", provider: "shelf", options: expect.objectContaining({ to: "v3" }) as object };
  const look = { action: "use", verb: "status", provider: "shelf" };

  it.each([
    ["v6 serves", [{ ...newest, id: "v6", current: true }], {}, /^Cancelled, but \S+ is at v6 now\.$/, back3],
    [
      "v2 serves",
      releases.map((release) => ({ ...release, current: release.id === "v2" })),
      {},
      /^Cancelled, but \S+ is at v2 now\.$/,
      back3,
    ],
    ["v6 is on its way", [{ ...newest, id: "v6", current: false }, ...releases], {}, /^Cancelled, but \S+ goes on to v6 now\.$/, back3],
    ["v3 cannot come back", [{ ...newest, id: "v6", current: true }], { restorable: false }, /is at v6 now\.$/, look],
    ["nothing was sent", releases, {}, /^Cancelled\.$/, again],
  ])("says what stands when it is cancelled: %s", async (_name, now, change, message, remedy) => {
    const stop = new AbortController();
    const was = { ...status, releases: releases.map((release) => (release.current ? { ...release, ...change } : release)) };
    const stands = { ...status, releases: now };
    const cancelled: Provider = {
      ...published,
      status: () => Promise.resolve(stop.signal.aborted ? stands : was),
      rollback: () => (stop.abort(), Promise.reject(stop.signal.reason as Error)),
    };
    const going = rollback(cancelled, request(), "v1", { report: () => {}, signal: stop.signal });
    await expect(going).rejects.toMatchObject({ code: "CANCELLED", message: expect.stringMatching(message) as string, remedies: [remedy] });
  });

  it.each(["v3", "v9"])("refuses %s, which serves already or is none", async (id) => {
    await expect(goBack(id)).rejects.toMatchObject({ code: "OPTION_INVALID", facts: { release: id } });
  });

  it("has nothing to go back to at first", async () => {
    const first = { ...published, rollback: back, status: () => Promise.resolve({ ...status, releases: releases.slice(1, 2) }) };
    await expect(goBack(undefined, first)).rejects.toMatchObject({ code: "OPTION_INVALID", facts: { release: null } });
    await expect(goBack(undefined, published)).rejects.toMatchObject({ code: "COMMAND_INVALID", facts: { verb: "rollback" } });
  });
});
