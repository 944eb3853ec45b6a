import { expect, test } from "vitest";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Parser } from "@oclif/core";
import { flag, moreGroup, providerFlags, siteFlags, toOptionValues, toProject, toSiteOptions } from "./flags.ts";

test("flags become core's options, settings become a map", () => {
  const flags = { "empty-as-text": true, "primary-key": ["id"], title: "T", setting: ["default_page_size=5", "suggest_facets="], app: "x" };
  expect(toSiteOptions(flags)).toEqual({ title: "T", settings: { default_page_size: "5", suggest_facets: "" } });
});

const invalid = expect.objectContaining({ code: "OPTION_INVALID" }) as Error;

test("a setting without a value is refused", () => {
  expect(() => toSiteOptions({ setting: ["default_page_size"] })).toThrow(invalid);
});

const parse = async (...argv: string[]) => (await Parser.parse(argv, { flags: siteFlags, strict: true })).flags;

test("names of several words are taken as datasette publish writes them, and two by their letter", async () => {
  const names = Object.entries(siteFlags).filter(([name]) => name.includes("-"));
  for (const [name, { aliases = [] }] of names.map(([key, spec]) => [key, spec as { aliases?: string[] }] as const))
    expect(aliases).toContain(name.replaceAll("-", "_"));
  const options = toSiteOptions(
    await parse("--license_url", "L", "--source-url", "S", "--about_url", "U", "--about", "A", "--version_note", "1"),
  );
  expect(options).toEqual({ licenseUrl: "L", sourceUrl: "S", aboutUrl: "U", about: "A", versionNote: "1", settings: {} });
  expect(await parse("-m", "m.json", "-c", "c.yaml")).toMatchObject({ metadata: "m.json", config: "c.yaml" });
});

const folder = (path: string) => ({ path, name: path, root: path });

test("flags name the files of a project", async () => {
  const dir = mkdtempSync(join(tmpdir(), "flags-test-"));
  const flags = await parse(
    "-m",
    "m",
    "--config",
    "c",
    "--template_dir",
    "t",
    "--plugins-dir",
    "p",
    "--static",
    "a:b",
    "--static",
    "c:d:e",
    "--crossdb",
  );
  expect(toProject([dir], flags).files).toEqual({
    metadata: { path: "m", name: "m" },
    config: { path: "c", name: "c" },
    templates: folder("t"),
    plugins: folder("p"),
    statics: [
      { mount: "a", folder: folder("b") },
      { mount: "c", folder: folder("d:e") },
    ],
  });
  expect(toSiteOptions(flags)).toEqual({ crossdb: true, settings: {} });
  expect(toProject([dir], { name: "pets" })).toMatchObject({ name: "pets", files: {} });
  for (const pair of ["a", ":b", "a:"]) expect(() => toProject([dir], { static: [pair] })).toThrow(invalid);
  rmSync(dir, { recursive: true });
});

test.each([
  ["--datasette-version", "1.0a", "1.0"],
  ["--branch", "1.0a41", "1.0"],
  ["--branch", "0.65", "0.65"],
])("%s %s is the line %s", async (name, version, line) => {
  expect(toSiteOptions(await parse(name, version))).toMatchObject({ line });
  expect(() => toSiteOptions({ "datasette-version": "main" })).toThrow(invalid);
});

test("what is among the extra options is as if it was given by itself", async () => {
  const flags = await parse("--extra_options", "--setting a 1 --crossdb --memory -m m.json", "--setting", "a=2");
  expect(toSiteOptions(flags)).toEqual({ settings: { a: "2" }, crossdb: true, moreArguments: ["--memory"] });
});

test("an option is a flag by its key, also where another's description names it in braces", () => {
  expect(flag("vmSize")).toBe("--vm-size");
  const port = { type: "integer", description: "Port for {run} at {vmSize}" } as const;
  expect(providerFlags({ port }, "X")["port"]).toMatchObject({ description: "Port for --run at --vm-size" });
});

test("an option that few need is in a group of its own; one that must be given says so", () => {
  const specs = {
    port: { type: "integer", description: "Port", level: "more" },
    to: { type: "string", description: "To", required: true },
  } as const;
  expect(providerFlags(specs, "X")["port"]).toMatchObject({ helpGroup: `X${moreGroup}` });
  expect(providerFlags(specs, "X")["to"]).toMatchObject({ helpGroup: "X", description: expect.stringContaining("[required]") });
});

test("a provider's option specs become kebab-case flags and come back as its option names", () => {
  const specs = {
    vmSize: { type: "string", description: "size", choices: ["a", "b"] },
    run: { type: "boolean", description: "run" },
    key: { type: "string", description: "key", secret: true },
    port: { type: "integer", description: "port", char: "h", minimum: 1 },
  } as const;
  expect(Object.keys(providerFlags(specs, "X"))).toEqual(["vm-size", "run", "key", "port"]);
  expect(providerFlags(specs, "X")["vm-size"]).toMatchObject({ options: ["a", "b"], helpGroup: "X" });
  expect(providerFlags(specs, "X")["key"]).toMatchObject({ secret: true });
  expect(providerFlags(specs, "X")["port"]).toMatchObject({ min: 1 });
  expect(providerFlags(specs, "X")["port"]).not.toHaveProperty("char");
  expect(toOptionValues({ "vm-size": "a", run: true, title: "T" }, specs)).toEqual({ vmSize: "a", run: true });
});
