import { expect, test } from "vitest";
import { takenNames as refusedEarly } from "../../../packages/create-provider/src/taken-names.ts";
import { COMMANDS } from "./commands.ts";
import { listProviders } from "@datasette-publish/workbench/providers";
import { takenNames } from "./taken-names.ts";

test("npm create refuses the names that an install would refuse", () => {
  expect([...refusedEarly].sort()).toEqual([...takenNames].sort());
});

test("the names of our commands are taken", async () => {
  const names = Object.keys(COMMANDS).filter((id) => !id.includes(":"));
  const installed = (await listProviders({ taken: takenNames, env: process.env })).providers.map(({ provider }) => provider.name);
  expect(names.filter((name) => !takenNames.has(name) && !installed.includes(name))).toEqual([]);
});
