import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { providerInterface } from "./provider.ts";
import { reservedOptions } from "./reserved-options.ts";

it("keeps what makes a publish safe from providers of every interface", () => {
  for (const number of [0, providerInterface, 99]) expect(reservedOptions(number)).toEqual(expect.arrayContaining(["dryRun", "yes", "to"]));
  expect(reservedOptions(0)).not.toContain("check");
});

it("is printed in the guide", async () => {
  const guide = await readFile(new URL("../../../../docs/providers/writing-one.md", import.meta.url), "utf8");
  const [, list = ""] = /<!-- reserved options -->\n([^]*?)\n<!-- end -->/.exec(guide) ?? [];
  expect([...list.matchAll(/`(\w+)`/g)].map(([, name]) => name)).toEqual(reservedOptions(providerInterface));
});
