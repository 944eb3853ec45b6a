import { Args, Flags, Parser } from "@oclif/core";
import type { PublishError } from "@datasette-publish/core";
import { describe, expect, test } from "vitest";
import { fromParseError, refuseBooleanValues } from "./parse-errors.ts";
import { toSentences } from "./remedies.ts";

const flags = {
  title: Flags.string(),
  check: Flags.boolean({ allowNo: true }),
  port: Flags.integer({ min: 1, max: 9 }),
  size: Flags.string({ options: ["small", "big"] }),
  pin: { ...Flags.integer(), secret: true },
  key: { ...Flags.string({ options: ["right"] }), secret: true },
};
const args = { source: Args.string({ description: "Name of the source", required: true, ignoreStdin: true }) };

async function errorOf(argv: string[]) {
  const error = await Parser.parse(argv, { flags, args, strict: true }).catch((thrown: unknown) => thrown);
  return fromParseError(error, { name: "publish paper", flags });
}

describe("errors of oclif's parser", () => {
  test.each([
    [["x", "--canary"], "COMMAND_INVALID", {}],
    [["x", "--titel=canary"], "COMMAND_INVALID", { nearest: "title" }],
    [["x", "-titel"], "COMMAND_INVALID", { nearest: "title" }],
    [["x", "--no-chek"], "COMMAND_INVALID", { nearest: "no-check" }],
    [["x", "-pcanary"], "COMMAND_INVALID", {}],
    [["x", "--canary-1"], "COMMAND_INVALID", {}],
    [["x", "--pin", "canary"], "OPTION_INVALID", { option: "pin" }],
    [["x", "--key=canary to be one of: it"], "OPTION_INVALID", { option: "key" }],
    [["x", "--size"], "COMMAND_INVALID", { option: "size" }],
    [["x", "--title"], "COMMAND_INVALID", { option: "title" }],
    [["x", "--title", "canary", "--title", "canary"], "COMMAND_INVALID", { option: "title" }],
    [[], "COMMAND_INVALID", { argument: "source" }],
    [["x", "canary"], "COMMAND_INVALID", {}],
  ])("%j is %s", async (argv, code, facts) => {
    const error = (await errorOf(argv)) as PublishError;
    const hint = toSentences(error.remedies);
    expect(error).toMatchObject({ code, facts });
    expect(`${error.message} ${hint}`.replace("no flag --canary.", "")).not.toContain("canary");
    expect(`${error.message}${hint}`).not.toContain("\n");
  });

  test.each([
    ["port", "abc"],
    ["port", "10"],
    ["size", "huge to be one of: it"],
    ["size", ""],
  ])("a refused value is shown, and its option named: --%s %j", async (option, value) => {
    const message = expect.stringContaining(JSON.stringify(value)) as string;
    const remedies = [{ action: "set-option", option }];
    expect(await errorOf(["x", `--${option}`, value])).toMatchObject({ code: "OPTION_INVALID", message, facts: { option }, remedies });
  });

  test("a secret that is typed is not repeated, and another way is named where there is one", async () => {
    for (const typed of [["--secret", "canary"], ["--secret=canary"]]) {
      const thrown = await Parser.parse(["x", ...typed], { flags, args, strict: true }).catch((error: unknown) => error);
      const of = (own: typeof flags) => fromParseError(thrown, { name: "publish paper", flags: own }) as PublishError;
      const error = of({ ...flags, env: Flags.string() } as typeof flags);
      expect(toSentences(error.remedies)).toContain("--env DATASETTE_SECRET");
      expect(JSON.stringify(error)).not.toContain("canary");
      expect(toSentences(of(flags).remedies)).not.toContain("DATASETTE_SECRET");
    }
  });

  test("what is not oclif's is left as it is", () => {
    const error = new Error("no");
    expect(fromParseError(error, { name: "publish paper", flags })).toBe(error);
  });

  test("what oclif does not say today is COMMAND_INVALID, unquoted", () => {
    const error = Object.assign(new Error("canary"), { oclif: {} });
    expect(fromParseError(error, { name: "publish paper", flags })).toMatchObject({
      code: "COMMAND_INVALID",
      message: expect.not.stringContaining("canary"),
    });
  });
});

test.each(["--check=no", "--no-check=yes"])("a boolean flag takes no value: %s", (typed) => {
  const error = expect.objectContaining({ code: "OPTION_INVALID", facts: { option: "check" } });
  expect(() => refuseBooleanValues(["x", typed], { flags })).toThrow(error);
  expect(() => refuseBooleanValues(["--check", "--title=--check=no", "--title", typed, "--", typed], { flags })).not.toThrow();
});
