import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { PublishError } from "../errors/publish-error.ts";
import type { PublishEvent } from "../events/events.ts";
import type { CredentialStore } from "../provider/credentials.ts";
import type { Login, Provider } from "../provider/provider.ts";
import { openHost, redactorFor, type HostRequest } from "./host-context.ts";
import { login, shelf, token } from "./fixtures.ts";
import { keepToken } from "../provider/tokens.ts";
import { memoryFile } from "../project/memory-file.ts";
import { openProject } from "../project/project.ts";

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
    const { account, siteName, name, token: found } = await open();
    expect({ account, siteName, found }).toEqual({ account: `owner of ${token.length}`, siteName: "pets", found: token });
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
    expect(await open({ credentials }, provider)).toMatchObject({ token: "theirs", isLocalUser: false });
    expect(find).not.toHaveBeenCalled();
    expect(await open()).toMatchObject({ token, isLocalUser: true });
  });

  it("lets the login fail as it does", async () => {
    const failing = { ...shelf, login: { ...login, account: () => Promise.reject(new Error("no")) } };
    await expect(open({}, failing)).rejects.toThrow("no");
    expect(events.at(-1)).toMatchObject({ id: "login", outcome: "failed" });
  });
});
