import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { isPublishError } from "../errors/publish-error.ts";
import type { PublishEvent } from "../events/events.ts";
import type { HostContext, Provider } from "../provider/provider.ts";
import { providerInterface } from "../provider/provider.ts";
import type { HostRequest } from "./host-context.ts";
import { shelf, token } from "./fixtures.ts";
import { manage, notPublished, unpublish, unsupported } from "./manage.ts";
import { recallName, rememberName } from "./names-file.ts";

let dir: string;
const events: PublishEvent[] = [];
const ctx = { report: (event: PublishEvent) => void events.push(event) };
beforeEach(async () => {
  events.splice(0);
  dir = await mkdtemp(join(tmpdir(), "manage-test-"));
});
afterEach(() => rm(dir, { recursive: true }));

const request = (changes: Partial<HostRequest> = {}): HostRequest => ({
  paths: [dir],
  site: { name: "pets" },
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
    await rememberName([dir], "pets", "shelf", "remembered", ctx);
    const found = manage(shelf, request(), ctx, ({ name, siteName }) => Promise.resolve({ name, siteName }));
    expect(await found).toEqual({ name: "remembered", siteName: "pets" });
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

  it("refuses a provider of a newer interface", async () => {
    const newer = { ...shelf, interface: providerInterface + 1 };
    await expect(manage(newer, request(), ctx, () => Promise.resolve())).rejects.toMatchObject({ code: "PROVIDER_INCOMPATIBLE" });
  });
});

describe("unpublish", () => {
  it("removes the site, then its name", async () => {
    await rememberName([dir], "pets", "shelf", "remembered", ctx);
    const remove = vi.fn<NonNullable<Provider["unpublish"]>>(() => Promise.resolve());
    expect(await unpublish({ ...shelf, unpublish: remove }, request(), ctx)).toEqual({ name: "remembered" });
    expect(remove).toHaveBeenCalledOnce();
    expect(await readdir(dir)).toEqual([]);
  });

  it("keeps the name when the host fails", async () => {
    await rememberName([dir], "pets", "shelf", "remembered", ctx);
    const failing = { ...shelf, unpublish: () => Promise.reject(notPublished(shelf, "remembered")) };
    await expect(unpublish(failing, request(), ctx)).rejects.toMatchObject({ code: "NOT_PUBLISHED", facts: { name: "remembered" } });
    expect(await recallName([dir], "pets", "shelf")).toBe("remembered");
  });

  it("says when a provider cannot", async () => {
    await expect(unpublish(shelf, request(), ctx)).rejects.toMatchObject({
      code: "COMMAND_INVALID",
      facts: { provider: "shelf", verb: "unpublish" },
    });
    expect(unsupported(shelf, "logs")).toMatchObject({ code: "COMMAND_INVALID", facts: { verb: "logs" } });
  });
});
