import { PublishError, checkInterface, type Provider } from "@datasette-publish/core";

const optionTypes: readonly unknown[] = ["string", "boolean", "integer", "path"];
const requiredVerbs = ["check", "plan", "publish"] as const;

/**
 * What a package exports, as a provider that commands can be drawn from.
 *
 * @throws PublishError `PROVIDER_INVALID`; `PROVIDER_INCOMPATIBLE` for another interface, whose shape is not looked at
 */
export function checkProvider(value: unknown, packageName: string): Provider {
  if (!isRecord(value) || typeof value["name"] !== "string" || typeof value["interface"] !== "number")
    throw invalidProvider(packageName, "has no provider as its default export");
  const provider = value as unknown as Provider;
  checkInterface(provider);
  const fault = faultOf(value);
  if (fault !== undefined) throw invalidProvider(packageName, fault);
  return provider;
}

/** The package breaks the provider interface: its author has to mend it. */
export function invalidProvider(packageName: string, fault: string, cause?: unknown): PublishError {
  return new PublishError(
    "PROVIDER_INVALID",
    `Package ${packageName} ${fault}.`,
    "Report this to the package's author.",
    { package: packageName },
    cause,
  );
}

function faultOf(provider: Readonly<Record<string, unknown>>): string | undefined {
  const { name, options, accepts } = provider;
  if (!/^[a-z][a-z0-9-]*$/.test(String(name))) return "has a provider whose name is not a lower-case word";
  for (const text of ["title", "description"]) if (typeof provider[text] !== "string") return `has a provider without ${text}`;
  for (const verb of requiredVerbs) if (typeof provider[verb] !== "function") return `has a provider that cannot ${verb}`;
  if (!isRecord(accepts) || !Array.isArray(accepts["platforms"])) return "has a provider that does not say what it accepts";
  if (!isRecord(options)) return "has a provider without options";
  const wrong = Object.entries(options).find(([option, spec]) => !isOption(option, spec));
  return wrong === undefined ? undefined : `has a provider whose option ${wrong[0]} is none`;
}

/** `json` and `help` are flags of every command. */
function isOption(name: string, spec: unknown): boolean {
  if (!/^[a-z][A-Za-z0-9]*$/.test(name) || name === "json" || name === "help") return false;
  return isRecord(spec) && optionTypes.includes(spec["type"]) && typeof spec["description"] === "string";
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
