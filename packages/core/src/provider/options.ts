import { resolve } from "node:path";
import { PublishError } from "../errors/publish-error.ts";
import type { Remedies } from "../errors/remedies.ts";
import type { OptionSpec, OptionValue, OptionValues } from "./provider.ts";
import type { Environment } from "../http/environment.ts";

/**
 * The options a provider's verbs see: what was given, else the option's environment variable, else its default.
 * Throws `OPTION_INVALID`, which never holds the value of a secret option.
 */
export function resolveOptions(specs: Readonly<Record<string, OptionSpec>>, given: OptionValues, env: Environment): OptionValues {
  const unknown = Object.keys(given).find((name) => given[name] !== undefined && !Object.hasOwn(specs, name));
  if (unknown !== undefined) throw invalidOption(unknown, `There is no option ${flag(unknown)}.`, optionsHint(specs));
  const resolved: Record<string, OptionValue> = {};
  for (const [name, spec] of Object.entries(specs)) {
    const fromEnv = spec.env === undefined ? undefined : env[spec.env] || undefined;
    const value = given[name] ?? fromEnv ?? spec.default;
    if (value === undefined) continue;
    resolved[name] = spec.multiple ? listOf(value, spec).map((item) => String(parse(name, spec, item))) : parse(name, spec, value);
  }
  return resolved;
}

/** Values of secret options, however they were supplied: what must never be shown. */
export function secretOptions(specs: Readonly<Record<string, OptionSpec>>, given: OptionValues, env: Environment): string[] {
  return Object.entries(specs)
    .filter(([, spec]) => spec.secret)
    .flatMap(([name, spec]) => [given[name], spec.env === undefined ? undefined : env[spec.env]])
    .flat()
    .filter((value) => typeof value === "string");
}

/** An option's name as the CLI spells it: `dryRun` → `--dry-run`. */
export function flag(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

function listOf(value: OptionValue, spec: OptionSpec): readonly OptionValue[] {
  if (Array.isArray(value)) return value as readonly string[];
  return typeof value === "string" && spec.type !== "path" ? value.split(",").map((item) => item.trim()) : [value];
}

function parse(name: string, spec: OptionSpec, value: OptionValue): string | boolean | number {
  const parsed = parseType(spec.type, value);
  const [least, most] = [spec.minimum ?? -Infinity, spec.maximum ?? Infinity];
  if (parsed === undefined || (typeof parsed === "number" && (parsed < least || parsed > most)))
    throw wrongValue(name, spec, value, wanted[spec.type] + boundsOf(spec.minimum, spec.maximum));
  if (spec.choices) requireChoice(name, String(parsed), spec.choices, spec);
  return parsed;
}

/** For a value that only the host can tell, such as a region. @throws PublishError `OPTION_INVALID` */
export function requireChoice(name: string, value: string, choices: readonly string[], spec: Pick<OptionSpec, "secret"> = {}): void {
  if (choices.includes(value)) return;
  if (choices.length > 0) throw wrongValue(name, spec, value, `one of ${choices.join(", ")}`);
  throw invalidOption(name, `There is none that ${flag(name)} could name.`, `Leave ${flag(name)} out.`);
}

/** An option that the host, or the site as it is, cannot follow. */
export function invalidOption(option: string, message: string, remedies: Remedies): PublishError {
  return new PublishError("OPTION_INVALID", message, remedies, { option });
}

/** Bounds of a number in words; empty without any. */
export function boundsOf(minimum: number | undefined, maximum: number | undefined): string {
  return [minimum === undefined ? "" : ` from ${minimum}`, maximum === undefined ? "" : ` to ${maximum}`].join("");
}

const wanted = { string: "some text", path: "a path", integer: "a whole number", boolean: "true or false" } as const;

function parseType(type: OptionSpec["type"], value: OptionValue): string | boolean | number | undefined {
  const text = String(value);
  switch (type) {
    case "boolean":
      if (typeof value === "boolean") return value;
      return /^(1|true|yes|on)$/i.test(text) ? true : /^(0|false|no|off)$/i.test(text) ? false : undefined;
    case "integer":
      return typeof value !== "boolean" && /^-?\d{1,15}$/.test(text) ? Number(text) : undefined;
    case "path":
      return typeof value === "string" && value !== "" && !value.includes("\0") ? resolve(value) : undefined;
    default:
      return typeof value === "string" && value !== "" ? value : undefined;
  }
}

/** What an option must be, and what it was given unless that is a secret. */
export function wrongValue(name: string, spec: Pick<OptionSpec, "secret">, value: OptionValue, expected: string): PublishError {
  const shown = spec.secret ? "" : `, not ${JSON.stringify(value)}`;
  return invalidOption(name, `${flag(name)} must be ${expected}${shown}.`, `Give ${flag(name)} ${expected}.`);
}

function optionsHint(specs: Readonly<Record<string, OptionSpec>>): string {
  const names = Object.keys(specs).map(flag);
  return names.length === 0 ? "Leave it out: this provider has no options." : `Use one of ${names.join(", ")}.`;
}
