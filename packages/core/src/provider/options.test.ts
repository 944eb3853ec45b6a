import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { missingOption, requireChoice, requireOptions, resolveOptions, secretOptions } from "./options.ts";
import type { OptionSpec } from "./option-spec.ts";

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

describe("requireChoice", () => {
  it("says what there is", () => {
    requireChoice("region", "eu", ["eu", "us"]);
    const facts = { option: "region" };
    expect(() => requireChoice("region", "moon", ["eu", "us"])).toThrow(expect.objectContaining({ code: "OPTION_INVALID", facts }));
    expect(() => requireChoice("region", "moon", ["eu", "us"])).toThrow("eu, us");
    const remedies = [{ action: "remove-option", option: "region" }];
    expect(() => requireChoice("region", "moon", [])).toThrow(expect.objectContaining({ code: "OPTION_INVALID", facts, remedies }));
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
