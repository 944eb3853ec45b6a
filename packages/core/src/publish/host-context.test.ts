import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { PublishError } from "../errors/publish-error.ts";
import type { PublishEvent } from "../events/events.ts";
import type { ApiDescription } from "../http/api.ts";
import type { CredentialStore } from "../provider/credentials.ts";
import type { Login, Provider } from "../provider/provider.ts";
import type { HostContext } from "../provider/context.ts";
import { openHost, redactorFor, type HostRequest } from "./host-context.ts";
import { loggedTasks, login, running, shelf, token } from "./fixtures.ts";
import { keepToken } from "../provider/tokens.ts";
import { memoryFile } from "../project/memory-file.ts";
import { openProject } from "../project/project.ts";
import { listedClock } from "../run/clock.test-support.ts";

let dir: string;
const events: PublishEvent[] = [];
const ctx = { report: (event: PublishEvent) => void events.push(event) };
beforeEach(async () => {
  events.splice(0);
  dir = await mkdtemp(join(tmpdir(), "host-test-"));
});
afterEach(() => rm(dir, { recursive: true }));

const request = (changes: Partial<HostRequest> = {}): HostRequest => ({
  project: openProject([dir], { name: "pets" }),
  options: {},
  env: { SHELF_TOKEN: token, XDG_DATA_HOME: dir, LOCALAPPDATA: dir },
  ...changes,
});
const open = (changes: Partial<HostRequest> = {}, provider: Provider = shelf) =>
  openHost(provider, request(changes), redactorFor(provider, request(changes)), ctx, "publish");

describe("openHost", () => {
  it("says who publishes, and what the site is called there", async () => {
    const { account, siteName, name, token: found, provider, title } = await open();
    expect({ account, siteName, found }).toEqual({ account: `owner of ${token.length}`, siteName: "pets", found: token });
    expect({ provider, title }).toEqual({ provider: "shelf", title: "Shelf" });
    expect(name).toMatch(/^pets-[0-9a-f]{6}$/);
    expect((await open()).name).toBe(name);
    expect(events.map(({ type }) => type)).toEqual(["step.started", "step.ended", "step.started", "step.ended"]);
  });

  it("takes the option's name before the remembered, and that before a made one", async () => {
    await openProject([dir]).memory.remember("pets", "shelf", { name: "remembered" });
    expect((await open()).name).toBe("remembered");
    expect((await open({ options: { app: "given" } })).name).toBe("given");
    expect((await open({ project: openProject([dir], { name: "cats" }) })).name).toMatch(/^cats-/);
  });

  it("calls a site as it is called here when the host has no names, and nobody without a login", async () => {
    const { login: _login, names: _names, ...plain } = shelf;
    expect(await open({ env: {} }, plain)).toMatchObject({ name: "pets", account: "", token: "" });
    expect(events).toEqual([]);
  });

  it.each([
    ["a name that the host does not take", { options: { app: "No Name" } }, "OPTION_INVALID"],
    ["an option that is not there", { options: { other: "x" } }, "OPTION_INVALID"],
    ["no token", { env: { XDG_DATA_HOME: "/nowhere", LOCALAPPDATA: "/nowhere" } }, "CREDENTIALS_MISSING"],
  ] as const)("refuses %s", async (_what, changes, code) => {
    await expect(open(changes)).rejects.toMatchObject({ code });
  });

  it("refuses a broken state file even when the name is given", async () => {
    await writeFile(join(dir, memoryFile), "no JSON");
    await expect(open({ options: { app: "given" } })).rejects.toMatchObject({ code: "STATE_INVALID" });
  });

  it("makes the token, each of its parts, and secret options known as secrets", async () => {
    const changes = { options: { pin: "canary-pin" } };
    const secrets = redactorFor(shelf, request(changes));
    const host = await openHost(shelf, request(changes), secrets, { report: secrets.report(ctx.report) }, "publish");
    host.report({ type: "output", id: "x", text: `${token} canary-token-part-2 canary-pin` });
    host.hide("canary-at-the-host");
    host.report({ type: "output", id: "x", text: "canary-at-the-host" });
    expect(host.redact("canary-at-the-host")).toBe("[secret]");
    await host.step("canary-pin", token, () => {});
    expect(JSON.stringify(events)).not.toContain("canary");
  });

  it("says where the token that is nobody's was found", async () => {
    const invalid = new PublishError("CREDENTIALS_INVALID", "Nobody's.", "Log in.");
    const logIn = { action: "log-in", provider: "shelf" };
    const failing = { ...shelf, login: { ...login, account: () => Promise.reject(invalid) } };
    await expect(open({}, failing)).rejects.toMatchObject({
      remedies: [{ text: "Correct the variable SHELF_TOKEN, or unset it." }, logIn],
    });
    const env = { XDG_DATA_HOME: dir, LOCALAPPDATA: dir };
    await keepToken("shelf", token, env);
    await expect(open({ env }, failing)).rejects.toMatchObject({ remedies: [logIn] });
  });

  it.each(["\u201Cabc\u201D", "ab\nc", "ab\u0007c"])("refuses a token that no header carries: %j", async (garbled) => {
    const opening = open({ env: { SHELF_TOKEN: garbled } });
    await expect(opening).rejects.toMatchObject({
      code: "CREDENTIALS_INVALID",
      remedies: [{ text: expect.stringContaining("SHELF_TOKEN") as string }, {}],
    });
  });

  it("finds nothing of this machine's user when credentials are handed in", async () => {
    const none: CredentialStore = {
      token: () => Promise.resolve(null),
      registry: () => Promise.resolve(null),
      keep: () => Promise.resolve("nowhere"),
      forget: () => Promise.resolve(false),
    };
    const find = vi.fn<NonNullable<Login["find"]>>(() => Promise.resolve({ token: "canary", from: "a file" }));
    const provider = { ...shelf, login: { ...login, find } };
    await expect(open({ credentials: none }, provider)).rejects.toMatchObject({ code: "CREDENTIALS_MISSING" });
    const credentials = { ...none, token: () => Promise.resolve({ token: "theirs", from: "a drawer" }) };
    expect(await open({ credentials }, provider)).toMatchObject({ token: "theirs", home: null });
    expect(find).not.toHaveBeenCalled();
    const env = { ...request().env, HOME: dir };
    expect(await open({ env })).toMatchObject({ token, home: dir });
  });

  it("lets the login fail as it does", async () => {
    const failing = { ...shelf, login: { ...login, account: () => Promise.reject(new Error("no")) } };
    await expect(open({}, failing)).rejects.toThrow("no");
    expect(events.at(-1)).toMatchObject({ id: "login", outcome: "failed" });
  });
});

const firstOf = (lines: AsyncIterable<string>) => lines[Symbol.asyncIterator]().next();
/** Answers nothing, and ends when it is told to. */
const silent: typeof globalThis.fetch = (_url, init) => Promise.reject(init!.signal!.reason as Error);

describe("what a provider works with", () => {
  const { log, task, lasting } = loggedTasks();
  beforeEach(() => void log.splice(0));
  const description: ApiDescription = {
    base: () => "https://api.shelf.example.org",
    headers: ({ token: bearer }) => ({ authorization: `Bearer ${bearer}` }),
    pace: () => ({ key: "all", perSecond: 1, burst: 1 }),
  };
  interface Operations {
    "GET /apps": { request: undefined; response: { name: string } };
  }

  it.each<[what: string, work: (host: HostContext) => Promise<unknown>]>([
    ["a step", (host) => host.step("x", "X", () => undefined)],
    ["polling", (host) => host.poll(60_000, () => Promise.resolve(undefined))],
    ["a program", (host) => host.run(process.execPath, ["--version"])],
    ["the lines of a program", (host) => firstOf(host.runLines(process.execPath, ["--version"]))],
    ["a call", (host) => host.api<Operations>(description)("GET /apps")],
    ["a log", (host) => firstOf(host.lines("https://shelf.example.org/log"))],
    ["tasks", (host) => host.runTasks([task("update", "app")], running)],
  ])("goes by the signal of a copy: %s", async (_what, work) => {
    const host = await open({ fetch: silent });
    await expect(work({ ...host, signal: AbortSignal.abort() })).rejects.toMatchObject({ name: "AbortError" });
    expect(log).toEqual([]);
  });

  it("runs the tasks of a rollback, and undoes them, without images", async () => {
    const host = await open();
    await host.runTasks([task("update", "app"), task("replace", "machine")], running);
    expect(log).toEqual(["update app", "replace machine"]);
    const failing = lasting("run", "dyno", { run: ({ images }) => images });
    await expect(host.runTasks([task("update", "app"), failing], running)).rejects.toMatchObject({
      code: "PROVIDER_INVALID",
      facts: { restored: "Release v7" },
    });
    expect(log.slice(2)).toEqual(["update app", "undo app, free"]);
  });

  it("keeps to one host's pace in all runs", async () => {
    const clock = listedClock();
    const asked: unknown[] = [];
    const fetch: typeof globalThis.fetch = (_url, init) => {
      asked.push(init?.headers);
      return Promise.resolve(Response.json({ name: "pets" }));
    };
    for (const nonce of ["1", "2"]) {
      const api = (await open({ clock, fetch })).api<Operations>(description, { nonce });
      expect(await api("GET /apps")).toEqual({ name: "pets" });
      expect(asked.at(-1)).toMatchObject({ authorization: `Bearer ${token}`, nonce });
    }
    expect(clock.pauses).toEqual([1000]);
  });

  it("hides the values of variables that are secret by their names", async () => {
    const host = await open();
    host.hideVariables({ DATABASE_PASSWORD: "canary-password", MODE: "production", EMPTY_TOKEN: undefined });
    expect(host.redact("canary-password in production")).toBe("[secret] in production");
  });

  it("hides more in one text alone", async () => {
    const host = await open();
    expect(host.redact("canary-one and canary-two", ["canary-two"])).toBe("canary-one and [secret]");
    expect(host.redact(`canary-two ${token}`)).toBe("canary-two [secret]");
  });

  it("makes errors and warnings, and tells them apart", async () => {
    const host = await open();
    const { error, unhealthy, isError, isRefused } = host;
    const busy = error("HOST_BUSY", "Busy.", "Wait.", { status: 429 }, "a cause");
    expect(busy).toMatchObject({ message: "Busy.", remedies: [{ text: "Wait." }], facts: { status: 429 }, cause: "a cause" });
    expect([isError(busy), isError(busy, "HOST_BUSY"), isError(busy, "NAME_TAKEN"), isError(new Error("no"))]).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect([isRefused(busy), isRefused(unhealthy("no rows", "Look."))]).toEqual([true, false]);
    expect(unhealthy("no rows", "Look.")).toMatchObject({ code: "DEPLOYMENT_UNHEALTHY", message: "The site is not healthy: no rows." });
    host.warn("LEFT_AT_HOST", "It stays.", { name: "pets" });
    expect(events.at(-1)).toEqual({ type: "warned", code: "LEFT_AT_HOST", message: "It stays.", facts: { name: "pets" }, remedies: [] });
  });
});
