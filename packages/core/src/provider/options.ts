import { resolve } from "node:path";
import { PublishError } from "../errors/publish-error.ts";
import { removeOption, setOption, type Remedies, type Remedy } from "../errors/remedies.ts";
import type { AccountContext } from "./context.ts";
import type { OptionSpec, OptionValue, OptionValues } from "./option-spec.ts";
import type { Provider } from "./provider.ts";
import type { Environment } from "../http/environment.ts";

/**
 * The options a provider's verbs see: what was given, else the option's environment variable, else what is `remembered` of the site, else
 * its default. The variable goes first: the user set it, while a folder, with what it remembers, may be anybody's.
 * Throws `OPTION_INVALID`, which never holds the value of a secret option, and `PROVIDER_INVALID` for an option that cannot be remembered.
 */
export function resolveOptions(
  specs: Readonly<Record<string, OptionSpec>>,
  given: OptionValues,
  env: Environment,
  remembered: OptionValues = {},
): OptionValues {
  const unknown = Object.keys(given).find((name) => given[name] !== undefined && !Object.hasOwn(specs, name));
  if (unknown !== undefined) throw invalidOption(unknown, `There is no option ${unknown}.`, [removeOption(unknown), knownOptions(specs)]);
  const resolved: Record<string, OptionValue> = {};
  for (const [name, spec] of Object.entries(specs)) {
    const value = givenValue(name, spec, given, env) ?? recalled(name, spec, remembered) ?? spec.default;
    if (value === undefined) continue;
    resolved[name] = spec.multiple ? listOf(value, spec).map((item) => String(parse(name, spec, item))) : parse(name, spec, value);
  }
  return resolved;
}

/** What the user said of an option: its value where one was given, else that of its variable. */
export function givenValue(name: string, { env: variable }: OptionSpec, given: OptionValues, env: Environment): OptionValue | undefined {
  return given[name] ?? (variable === undefined ? undefined : env[variable] || undefined);
}

function recalled(name: string, { remember, secret, type, multiple }: OptionSpec, remembered: OptionValues): OptionValue | undefined {
  if (!remember) return undefined;
  if (!secret && !multiple && (type === "string" || type === "integer")) return remembered[name];
  const message = `Option ${name} cannot be remembered: only one text or number can, and no secret.`;
  throw new PublishError("PROVIDER_INVALID", message, "Report this to the provider's author.", { option: name });
}

/** Values of the options that are remembered with a site's name. */
export function rememberedOptions(specs: Readonly<Record<string, OptionSpec>>, options: OptionValues): Record<string, string | number> {
  const kept = Object.entries(options).filter(([name]) => specs[name]?.remember);
  return Object.fromEntries(kept.filter((pair): pair is [string, string | number] => ["string", "number"].includes(typeof pair[1])));
}

/** Whether an option is remembered and says where a site is, which every verb needs: not one for a publish alone. */
export function isAddress(spec: OptionSpec | undefined): boolean {
  return spec?.remember === true && !spec.publishOnly;
}

/** Values of the options that say where a site is, but for defaults. */
export function addressOptions(specs: Readonly<Record<string, OptionSpec>>, options: OptionValues): Record<string, string> {
  const kept = Object.entries(rememberedOptions(specs, options));
  const said = kept.filter(([name, value]) => isAddress(specs[name]) && value !== specs[name]?.default);
  return Object.fromEntries(said.map(([name, value]) => [name, String(value)]));
}

/** What options are read for: a publish uses all of them, a verb that looks after what is published not those of a publish only. */
export type OptionUse = "publish" | "verb";

/** The first option that must be given and is not, nor its variable. What names the site never is: core finds a name. */
export function missingOption(
  { options, names }: Pick<Provider, "options" | "names">,
  given: OptionValues,
  env: Environment,
  use: OptionUse,
): string | undefined {
  return Object.keys(options).find((name) => {
    const spec = options[name]!;
    const isUsed = name !== names?.option && (use === "publish" || spec.publishOnly !== true);
    return spec.required === true && isUsed && givenValue(name, spec, given, env) === undefined;
  });
}

/** @throws PublishError `OPTION_INVALID` when there is a {@link missingOption} */
export function requireOptions(provider: Pick<Provider, "options" | "names">, given: OptionValues, env: Environment, use: OptionUse): void {
  const missing = missingOption(provider, given, env, use);
  if (missing === undefined) return;
  const { label = labelOf(missing), env: variable } = provider.options[missing]!;
  const remedies = [setOption(missing), variable === undefined ? "" : `Or set the environment variable ${variable}.`];
  throw invalidOption(missing, `${label} is not given.`, remedies);
}

/** Values of secret options, however they were supplied: what must never be shown. */
export function secretOptions(specs: Readonly<Record<string, OptionSpec>>, given: OptionValues, env: Environment): string[] {
  return Object.entries(specs)
    .filter(([, spec]) => spec.secret)
    .flatMap(([name, spec]) => [given[name], spec.env === undefined ? undefined : env[spec.env]])
    .flat()
    .filter((value) => typeof value === "string");
}

/** The values in what was given, in which commas part them too: `--region lhr,iad`. A path may have commas. */
function listOf(value: OptionValue, { type }: OptionSpec): readonly OptionValue[] {
  if (typeof value !== "object" && typeof value !== "string") return [value];
  const given = [value].flat();
  return type === "path" ? given : given.flatMap((item) => item.split(",").map((part) => part.trim()));
}

function parse(name: string, spec: OptionSpec, value: OptionValue): string | boolean | number {
  const parsed = parseType(spec.type, value);
  const [least, most] = [spec.minimum ?? -Infinity, spec.maximum ?? Infinity];
  if (parsed === undefined || (typeof parsed === "number" && (parsed < least || parsed > most)))
    throw wrongValue(name, spec, value, wanted[spec.type] + boundsOf(spec.minimum, spec.maximum));
  if (Array.isArray(spec.choices)) requireChoice(name, String(parsed), spec.choices as readonly string[], spec);
  return parsed;
}

/** Asks the host for the choices of options that were given, where only the host knows them. @throws PublishError `OPTION_INVALID` */
export async function requireHostChoices(
  { options: specs }: Pick<Provider, "options">,
  { options: given, env }: { readonly options: OptionValues; readonly env: Environment },
  ctx: AccountContext,
): Promise<void> {
  for (const [name, spec] of Object.entries(specs)) {
    const value = typeof spec.choices === "function" ? givenValue(name, spec, given, env) : undefined;
    const choices = value !== undefined && typeof spec.choices === "function" ? await spec.choices(ctx) : null;
    if (value === undefined || choices === null) continue;
    for (const item of spec.multiple ? listOf(value, spec) : [value]) requireChoice(name, String(item), choices, spec);
  }
}

function requireChoice(name: string, value: string, choices: readonly string[], spec: Pick<OptionSpec, "secret"> = {}): void {
  if (choices.includes(value)) return;
  if (choices.length > 0) throw wrongValue(name, { ...spec, choices }, value, `one of ${choices.join(", ")}`);
  throw invalidOption(name, `There is no ${wordsOf(name)} to choose from.`, removeOption(name));
}

/** `OPTION_INVALID`: the host, or the site as it is, does not allow what an option asks for. */
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

/** `OPTION_INVALID`: says what an option must be (`expected`), and what was given unless that is a secret. */
export function wrongValue(
  name: string,
  { secret, label, choices }: Pick<OptionSpec, "secret" | "label" | "choices">,
  value: OptionValue,
  expected: string,
): PublishError {
  const shown = secret ? "" : `, not ${JSON.stringify(value)}`;
  const remedies: readonly Remedy[] =
    typeof choices === "object" ? choices.map((choice) => setOption(name, choice)) : [setOption(name, undefined, expected)];
  return invalidOption(name, `${label ?? labelOf(name)} must be ${expected}${shown}.`, remedies);
}

/** An option's key as words: `vmSize` → `vm size`. */
function wordsOf(name: string): string {
  return name.replace(/-?([A-Z])|-/g, (_, letter: string = "") => ` ${letter.toLowerCase()}`);
}

/** An option's key as the beginning of a sentence: `vmSize` → `Vm size`. */
export function labelOf(name: string): string {
  return wordsOf(name).replace(/^./, (letter) => letter.toUpperCase());
}

function knownOptions(specs: Readonly<Record<string, OptionSpec>>): string {
  const names = Object.keys(specs);
  return names.length === 0 ? "This provider has no options." : `The options of this provider are ${names.join(", ")}.`;
}
