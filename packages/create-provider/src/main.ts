#!/usr/bin/env node
import { relative } from "node:path";
import { parseArgs } from "node:util";
import { PublishError, blameOf, exitStatus, toPublishError } from "@datasette-publish/core";
import { createProvider, type CreatedProvider } from "./create.ts";

const help = `Starts the repository of a Datasette Publish provider.

    npm create datasette-publish-provider my-host

The folder's name is the provider's: lower-case letters, digits and hyphens. The folder is new or empty.
What is in it: a provider that works, its tests, a build, a CI run. See docs/providers/writing-one.md.
`;

function nextSteps({ name, folder }: CreatedProvider): string {
  const commands = [
    `cd ${relative(process.cwd(), folder) || "."}`,
    "npm install",
    "npm test               # needs a registry program: apt install docker-registry",
    "npm pack",
    "npm install --global --ignore-scripts datasette-publish",
    `publish providers install ./datasette-publish-provider-${name}-0.1.0.tgz`,
    `publish ${name} ./csvs --registry localhost:5000`,
  ];
  return `Made provider ${name} in ${folder}\n\nNext:\n${commands.map((line) => `  ${line}\n`).join("")}`;
}

async function main(args: string[]): Promise<void> {
  const { values, positionals } = parse(args);
  if (values.help) return void process.stdout.write(help);
  const [path, ...more] = positionals;
  if (path === undefined || more.length > 0)
    throw new PublishError("COMMAND_INVALID", "One name is needed.", "Run npm create datasette-publish-provider my-host.");
  process.stdout.write(nextSteps(await createProvider(path)));
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, allowPositionals: true, options: { help: { type: "boolean", short: "h" } } });
  } catch (error) {
    throw new PublishError("COMMAND_INVALID", (error as Error).message, "Run it with -- --help to see what it takes.", {}, error);
  }
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  const known = toPublishError(error);
  process.stderr.write(
    `error: ${known.message}\nhint: ${known.remedies.map((one) => (one.action === "advise" ? one.text : "")).join(" ")}\n`,
  );
  process.exitCode = exitStatus[blameOf(known)];
}
