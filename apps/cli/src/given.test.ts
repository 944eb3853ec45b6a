import { Flags } from "@oclif/core";
import { expect, test } from "vitest";
import type { Provider } from "@datasette-publish/core";
import { siteFlags } from "./flags.ts";
import { flagsBeside, flagsBesideVerb, ownValues } from "./given.ts";
import { commonFlags, toRequest } from "./publish/common-flags.ts";

const provider = {
  title: "Theirs",
  options: { timeout: { type: "string", description: "their timeout" } },
} as unknown as Provider;

test("a provider's option takes the place of ours of the same name, in the flags and in what is read from them", () => {
  const flags = flagsBeside(provider, commonFlags);
  expect(flags["timeout"]).toMatchObject({ description: "their timeout", helpGroup: "THEIRS" });
  expect(flags["dry-run"]).toBe(commonFlags["dry-run"]);
  expect(flags["open"]).toBe(commonFlags.open);
  expect(ownValues(provider, { timeout: "soon", open: true })).toEqual({ open: true });
});

test("a provider without such an option has all of ours", () => {
  const ours = { ...commonFlags, name: Flags.string() };
  expect(Object.keys(flagsBeside({ ...provider, options: {} }, ours)).sort()).toEqual(Object.keys(ours).sort());
});

test("a provider's letter is the provider's, and ours keeps its name", () => {
  const char = "m";
  const flags = flagsBeside({ ...provider, options: { memory: { type: "string", description: "size", char } } }, siteFlags);
  expect(flags["memory"]).toMatchObject({ char });
  expect(flags.metadata).toMatchObject({ helpValue: "FILE" });
  expect(flags.metadata).not.toHaveProperty("char");
  expect(flags.config).toMatchObject({ char: "c" });
});

test("a verb leaves out what only a publish has use for, and the name where no site is meant", () => {
  const options = {
    size: { type: "string", description: "size", publishOnly: true },
    app: { type: "string", description: "app" },
  } as const;
  const named = { ...provider, options, names: { option: "app", pattern: /a/, maxLength: 9 } };
  expect(Object.keys(flagsBesideVerb(named, "site", {}))).toEqual(["app"]);
  expect(Object.keys(flagsBesideVerb(named, "account", {}))).toEqual([]);
});

test("common flags become a request: seconds become milliseconds, plugin secrets name their variable", () => {
  const own = {
    timeout: 5,
    env: ["A=1", "B"],
    "plugin-secret": ["datasette-auth-github.client_secret"],
    title: "T",
    "keep-answers": "on",
    "cdn-seconds": 9,
  };
  expect(toRequest(own)).toMatchObject({
    timeoutMs: 5000,
    variables: ["A=1", "B"],
    site: { title: "T", keepAnswers: "on", cdnSeconds: 9, pluginSecrets: [{ variable: "DATASETTE_AUTH_GITHUB_CLIENT_SECRET" }] },
  });
  expect(toRequest({})).toMatchObject({ variables: [], pluginSecrets: [], convert: {}, site: { pluginSecrets: [] } });
});

test("what is left out of the image, and where its contents are written, are asked for", () => {
  expect(toRequest({ slim: true, sbom: "a.spdx.json" })).toMatchObject({ sbom: "a.spdx.json", site: { slim: true } });
  expect(toRequest({}).site).not.toHaveProperty("slim");
});

test("every page may be read by other sites' pages, unless that is turned off", () => {
  expect(toRequest({}).site).not.toHaveProperty("cors");
  expect(toRequest({ cors: false }).site).toMatchObject({ cors: false });
  expect(toRequest({ "extra-options": "--cors --crossdb" }).site).toMatchObject({ cors: true, crossdb: true });
});

test("a plugin secret that names no key is refused", () => {
  expect(() => toRequest({ "plugin-secret": ["plugin"] })).toThrow(expect.objectContaining({ code: "OPTION_INVALID" }) as Error);
});
