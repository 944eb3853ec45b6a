import { checkInterface, reservedOptions, type Extension, type Provider } from "@datasette-publish/core";
import type { Package } from "./package.ts";
import { isRecord } from "./results.ts";
import { invalidProvider } from "./running.ts";

const optionTypes: readonly unknown[] = ["string", "boolean", "integer", "path"];
const requiredVerbs = ["check", "rollout"] as const;

/**
 * What a package exports, as a provider that commands can be drawn from. The error names every fault.
 *
 * @throws PublishError `PROVIDER_INVALID`; `PROVIDER_INCOMPATIBLE` for another interface, whose shape is not looked at
 */
export function checkProvider(value: unknown, of: Package): Provider | Extension {
  if (!isRecord(value) || typeof value["name"] !== "string" || typeof value["interface"] !== "number")
    throw invalidProvider(of, "has no provider as its default export");
  const provider = value as unknown as Provider | Extension;
  checkInterface(provider);
  const faults = [...faultsOf(value), ...optionFaults(value["options"], provider.interface)];
  if (faults.length > 0) throw invalidProvider(of, faults.join("; "));
  return provider;
}

function faultsOf(provider: Readonly<Record<string, unknown>>): readonly string[] {
  const { name, accepts, login, names, about, extends: base } = provider;
  const isWhole = base === undefined;
  const rules: readonly (readonly [boolean, string])[] = [
    [/^[a-z][a-z0-9-]*$/.test(String(name)), "has a provider whose name is not a lower-case word"],
    ...["title", "description"].map((text) => [typeof provider[text] === "string", `has a provider without ${text}`] as const),
    ...requiredVerbs.map((verb) => [!isWhole || typeof provider[verb] === "function", `has a provider without ${verb}`] as const),
    [(!isWhole && accepts === undefined) || acceptsImages(accepts), "has a provider that does not say what it accepts"],
    [!acceptsImages(accepts) || takesGzip(accepts.images), "accepts images without gzip, which layers of code always are"],
    [isWhole || hasTexts(base, ["provider"]), "extends a provider that it does not name"],
    [login === undefined || hasTexts(login, ["env", "url"]), "has a login without its variable or its page"],
    [names === undefined || (hasTexts(names, ["option"]) && names["pattern"] instanceof RegExp), "has a rule of names without a pattern"],
    [about === undefined || hasTexts(about, ["text", "url", "asOf"]), "says what it costs without a page or a date"],
  ];
  return rules.flatMap(([kept, fault]) => (kept ? [] : [fault]));
}

function acceptsImages(accepts: unknown): accepts is { images: Readonly<Record<string, unknown>> } {
  return isRecord(accepts) && isRecord(accepts["images"]) && Array.isArray(accepts["images"]["platforms"]);
}

function takesGzip({ compressions }: Readonly<Record<string, unknown>>): boolean {
  return compressions === undefined || (Array.isArray(compressions) && compressions.includes("gzip"));
}

function optionFaults(options: unknown, interfaceNumber: number): readonly string[] {
  if (!isRecord(options)) return ["has a provider without options"];
  const taken = reservedOptions(interfaceNumber);
  return Object.entries(options).flatMap(([name, spec]) => {
    if (taken.includes(name)) return [`has an option ${name}, a name that publish keeps for itself`];
    if (!/^[a-z][A-Za-z0-9]*$/.test(name)) return [`has an option ${name}, which is not camelCase`];
    const isSpec = isRecord(spec) && optionTypes.includes(spec["type"]) && typeof spec["description"] === "string";
    return isSpec ? [] : [`has an option ${name} without a type that there is, or without a description`];
  });
}

function hasTexts(value: unknown, names: readonly string[]): value is Readonly<Record<string, unknown>> {
  return isRecord(value) && names.every((name) => typeof value[name] === "string");
}
