import { resolve } from "node:path";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Environment } from "../http/environment.ts";
import type { AccountContext } from "./context.ts";
import { missingOption, requireHostChoices, requireOptions, resolveOptions, secretOptions } from "./options.ts";
import type { OptionSpec, OptionValues } from "./option-spec.ts";

const specs = {
  region: { type: "string", description: "Region", default: "ams", env: "HOST_REGION", choices: ["ams", "lhr"] },
  apiToken: { type: "string", description: "Token", env: "HOST_TOKEN", secret: true, choices: ["right"] },
  port: { type: "integer", description: "Port" },
  run: { type: "boolean", description: "Run", default: false },
  file: { type: "path", description: "File" },
  platform: { type: "string", description: "Platform", choices: ["a", "b"], multiple: true },
} as const satisfies Record<string, OptionSpec>;

describe("resolveOptions", () => {
  it("takes what is given, else the environment, else the default", () => {
    expect(resolveOptions(specs, {}, {})).toEqual({ region: "ams", run: false });
    expect(resolveOptions(specs, {}, { HOST_REGION: "lhr" })).toMatchObject({ region: "lhr" });
    expect(resolveOptions(specs, { region: "ams" }, { HOST_REGION: "lhr" })).toMatchObject({ region: "ams" });
  });

  it("gives typed values, and absolute paths", () => {
    expect(resolveOptions(specs, { port: "80", run: "yes", file: "x.tar", platform: "a, b" }, {})).toMatchObject({
      port: 80,
      run: true,
      file: resolve("x.tar"),
      platform: ["a", "b"],
    });
  });

  it.each([
    { region: "mars" },
    { port: "1.5" },
    { port: true },
    { run: "maybe" },
    { file: "" },
    { platform: ["a", "c"] },
    { unknown: "x" },
  ])("refuses %o", (given) => {
    expect(() => resolveOptions(specs, given, {})).toThrow(expect.objectContaining({ code: "OPTION_INVALID" }));
  });

  it.each([
    [{ region: "mars" }, /^Region .*"mars"/],
    [{ region: "" }, /^Region .*""/],
    [{ port: "abc" }, /^Port .*"abc"/],
    [{ platform: ["a", "c"] }, /^Platform .*"c"/],
    [{ apiToken: "wrong" }, /^Api token .*right\.$/],
  ])("says what was given: %o", (given, message) => {
    expect(() => resolveOptions(specs, given, {})).toThrow(message);
  });

  it("offers each choice, else says what to give", () => {
    const choices = ["ams", "lhr"].map((value) => ({ action: "set-option", option: "region", value }));
    expect(() => resolveOptions(specs, { region: "mars" }, {})).toThrow(expect.objectContaining({ remedies: choices }));
    const port = { action: "set-option", option: "port", note: "a whole number" };
    expect(() => resolveOptions(specs, { port: "abc" }, {})).toThrow(expect.objectContaining({ remedies: [port] }));
    const unknown = [{ action: "remove-option", option: "unknown" }, expect.objectContaining({ action: "advise" })];
    expect(() => resolveOptions(specs, { unknown: "x" }, {})).toThrow(expect.objectContaining({ remedies: unknown }));
  });

  it("keeps an integer in its bounds", () => {
    const port = { type: "integer", description: "Port", minimum: 1, maximum: 9 } as const;
    expect(resolveOptions({ port }, { port: "9" }, {})).toEqual({ port: 9 });
    for (const value of ["0", "10", "-1"]) expect(() => resolveOptions({ port }, { port: value }, {})).toThrow(/from 1 to 9, not/);
    const count = { type: "integer", description: "Count", minimum: 1 } as const;
    expect(() => resolveOptions({ count }, { count: 0 }, {})).toThrow(/from 1, not 0/);
  });

  it("never shows a refused secret", () => {
    expect(() => resolveOptions(specs, { apiToken: "canary" }, {})).toThrow(/^(?!.*canary)/);
  });
});

it("secretOptions finds secrets wherever they come from", () => {
  expect(secretOptions(specs, { apiToken: "given", region: "ams" }, { HOST_TOKEN: "from-env" })).toEqual(["given", "from-env"]);
});

describe("choices that the host knows", () => {
  const ctx = { account: "me" } as AccountContext;
  const choices = vi.fn<(ctx: AccountContext) => Promise<readonly string[] | null>>();
  const ask = (spec: Partial<OptionSpec>, given: OptionValues, env: Environment = {}) =>
    requireHostChoices({ options: { region: { type: "string", description: "Region", choices, ...spec } } }, { options: given, env }, ctx);
  beforeEach(() => void choices.mockReset().mockResolvedValue(["eu", "us"]));

  it("are asked for only when one is given, and each taken", async () => {
    await ask({ default: "mars", env: "HOST_REGION" }, {});
    await ask({ choices: ["moon"] }, { region: "moon" });
    expect(choices).not.toHaveBeenCalled();
    await ask({}, { region: "us" });
    await ask({ env: "HOST_REGION" }, {}, { HOST_REGION: "eu" });
    expect(choices.mock.calls).toEqual([[ctx], [ctx]]);
  });

  it.each<[spec: Partial<OptionSpec>, given: OptionValues, env: Environment, message: string]>([
    [{}, { region: "moon" }, {}, 'Region must be one of eu, us, not "moon".'],
    [{ env: "HOST_REGION", label: "Place" }, {}, { HOST_REGION: "moon" }, 'Place must be one of eu, us, not "moon".'],
    [{ multiple: true }, { region: ["eu", "moon"] }, {}, 'Region must be one of eu, us, not "moon".'],
    [{ multiple: true }, { region: "us, moon" }, {}, 'Region must be one of eu, us, not "moon".'],
    [{ secret: true }, { region: "canary" }, {}, "Region must be one of eu, us."],
  ])("are offered in place of another: %j", async (spec, given, env, message) => {
    const remedies = ["eu", "us"].map((value) => ({ action: "set-option", option: "region", value }));
    await expect(ask(spec, given, env)).rejects.toMatchObject({ code: "OPTION_INVALID", message, remedies, facts: { option: "region" } });
  });

  it("may be several", async () => {
    await ask({ multiple: true }, { region: ["eu", "us"] });
    await ask({ multiple: true }, { region: "us, eu" });
    expect(choices).toHaveBeenCalledTimes(2);
  });

  it("may be none, or any when the host does not say", async () => {
    choices.mockResolvedValueOnce([]).mockResolvedValueOnce(null);
    const remedies = [{ action: "remove-option", option: "region" }];
    await expect(ask({}, { region: "moon" })).rejects.toMatchObject({ code: "OPTION_INVALID", remedies, facts: { option: "region" } });
    await expect(ask({}, { region: "moon" })).resolves.toBeUndefined();
  });

  it("fail as the host does, and are no matter of what the option is read as", async () => {
    choices.mockRejectedValueOnce(new Error("no answer"));
    await expect(ask({}, { region: "eu" })).rejects.toThrow("no answer");
    const region: OptionSpec = { type: "string", description: "Region", choices };
    expect(resolveOptions({ region }, { region: "moon" }, {})).toEqual({ region: "moon" });
  });
});

describe("requireOptions", () => {
  const server = { type: "string", description: "Server", required: true, env: "HOST_SERVER", label: "The server" } as const;
  const app = { type: "string", description: "App", required: true } as const;
  const size = { type: "string", description: "Size", required: true, publishOnly: true } as const;
  const provider = { options: { server, app, size }, names: { option: "app", pattern: /a/, maxLength: 9 } };

  it("asks for what is used, and takes the variable's value", () => {
    expect(missingOption(provider, {}, {}, "verb")).toBe("server");
    expect(missingOption(provider, {}, { HOST_SERVER: "a" }, "verb")).toBeUndefined();
    expect(missingOption(provider, { server: "a" }, {}, "verb")).toBeUndefined();
    expect(missingOption(provider, { server: "a" }, {}, "publish")).toBe("size");
  });

  it("calls it by its label", () => {
    const remedies = [expect.objectContaining({ action: "set-option", option: "server" }), expect.objectContaining({ action: "advise" })];
    expect(() => requireOptions(provider, {}, {}, "verb")).toThrow(expect.objectContaining({ code: "OPTION_INVALID", remedies }));
    expect(() => requireOptions(provider, {}, {}, "verb")).toThrow(/^The server/);
    const port = { type: "integer", description: "Port", label: "Door" } as const;
    expect(() => resolveOptions({ port }, { port: "x" }, {})).toThrow(/^Door must be/);
  });
});
