import { providerInterface, type OptionSpec } from "@datasette-publish/core";
import { expect, it } from "vitest";
import { problemsOfCommand, problemsOfOption, problemsOfReserved } from "./contract-description.ts";

const port: OptionSpec = { type: "integer", description: "Port that {run} serves on (default: 8006)" };
const run: OptionSpec = { type: "boolean", description: "Run the site" };
const options = { port, run };

it("takes an option that names another by its key", () => {
  expect(Object.entries(options).flatMap(([name, spec]) => problemsOfOption(name, spec, options))).toEqual([]);
});

it.each([
  [{ description: "Port that --run serves on" }, "names a flag"],
  [{ description: "Port that {serve} serves on" }, "names no option"],
  [{ description: "Serves on it." }, "no phrase"],
  [{ char: "port" }, "not one letter"],
  [{ env: "port" }, "not in capitals"],
  [{ secret: true, default: 1 }, "secret and has a default"],
  [{ required: true, default: 1 }, "required and has a default"],
  [{ remember: true, secret: true }, "remembered"],
  [{ remember: true, multiple: true }, "remembered"],
  [{ label: "The port." }, "no phrase"],
  [{ choices: ["1"], default: 2 }, "none of its choices"],
] as const)("refuses an option with %j", (changes, problem) => {
  expect(problemsOfOption("port", { ...port, ...changes }, options)).toEqual([expect.stringContaining(problem)]);
});

it.each([["fly logs"], [[]], [["fly", ""]], [["fly", 1]]])("refuses the command %j", (command) => {
  expect(problemsOfCommand("logs", command)).toHaveLength(1);
  expect(problemsOfCommand("logs", ["fly", "logs", "--app", "<app>"])).toEqual([]);
});

it("names every option that takes a name of publish", () => {
  const problems = problemsOfReserved({ interface: providerInterface, options: { port, to: run, dryRun: run, timeout: port } });
  expect(problems.map((problem) => problem.split(":")[0])).toEqual(["to", "dryRun", "timeout"]);
});
