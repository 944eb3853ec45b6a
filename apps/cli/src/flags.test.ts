import { expect, test } from "vitest";
import { flag, moreGroup, providerFlags, toConvertOptions, toOptionValues, toSiteOptions } from "./flags.ts";

test("flags become core's options, settings become a map", async () => {
  const flags = { "empty-as-text": true, "primary-key": ["id"], title: "T", setting: ["default_page_size=5", "suggest_facets="], app: "x" };
  expect(toConvertOptions(flags)).toEqual({ emptyAsText: true, primaryKey: ["id"] });
  expect(await toSiteOptions(flags)).toEqual({ title: "T", settings: { default_page_size: "5", suggest_facets: "" } });
});

test("a setting without a value is refused", async () => {
  await expect(toSiteOptions({ setting: ["default_page_size"] })).rejects.toMatchObject({ code: "OPTION_INVALID" });
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
