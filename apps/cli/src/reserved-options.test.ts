import { expect, test } from "vitest";
import { providerInterface, reservedOptions } from "@datasette-publish/core";
import { BaseCommand } from "./base-command.ts";
import { COMMANDS } from "./commands.ts";
import { kebab, siteFlags } from "./flags.ts";
import { builtIn } from "@datasette-publish/workbench/providers";

const reserved = reservedOptions(providerInterface);

test("no provider may have an option of the name of one of our flags", () => {
  const theirs = new Set(builtIn.flatMap(({ options }) => Object.keys(options).map(kebab)));
  const flags = Object.values(COMMANDS).flatMap((command) => Object.keys({ ...command.flags, ...BaseCommand.baseFlags }));
  const ours = flags.filter((flag) => !theirs.has(flag));
  const names = new Set(reserved.map(kebab));
  expect(ours.filter((flag) => !names.has(flag))).toEqual([]);
});

test("no built-in provider has one", () => {
  expect(builtIn.flatMap(({ options }) => Object.keys(options)).filter((option) => reserved.includes(option))).toEqual([]);
});

test("no built-in provider takes the letter of one of our flags", () => {
  const ours = Object.values(siteFlags).flatMap((flag) => ("char" in flag ? [flag.char] : []));
  expect(ours).toEqual(["m", "c"]);
  const theirs = builtIn.flatMap(({ options }) => Object.values(options).map(({ char }) => char));
  expect(theirs.filter((char) => char === "m" || char === "c")).toEqual([]);
});
