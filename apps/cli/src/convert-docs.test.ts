import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { ConvertCommand } from "./convert-command.ts";
import { BaseCommand } from "./base-command.ts";

const docs = new URL("../../../docs/", import.meta.url);
const page = readFileSync(new URL("convert.md", docs), "utf8");

test("docs/convert.md has every flag of the conversion", () => {
  const flags = Object.keys(ConvertCommand.flags).filter((flag) => !(flag in BaseCommand.baseFlags));
  // What differs from csvs-to-sqlite in its number is written once.
  const named = page.replaceAll("`-int`, `-float`", "`--fixed-column-int`, `--fixed-column-float`");
  expect(flags.filter((flag) => !named.includes(`\`--${flag}`))).toEqual([]);
});

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | false;
}

/** The keys that a schema has, at any depth. */
function keysIn({ properties = {}, additionalProperties }: Schema): string[] {
  const below = additionalProperties ? keysIn(additionalProperties) : [];
  return [...Object.keys(properties), ...Object.values(properties).flatMap(keysIn), ...below];
}

test("docs/convert.md has every key of publish.yaml", () => {
  const schema = JSON.parse(readFileSync(new URL("publish.schema.json", docs), "utf8")) as Schema;
  const keys = keysIn(schema).filter((key) => !["table", "label"].includes(key));
  expect(keys.length).toBeGreaterThan(20);
  expect(keys.filter((key) => !page.includes(`\`${key}\``) && !page.includes(`${key}:`))).toEqual([]);
});
