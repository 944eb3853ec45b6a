import { randomBytes } from "node:crypto";
import { PublishError } from "../errors/publish-error.ts";
import { removeOption, setOption } from "../errors/remedies.ts";
import type { Environment } from "../http/environment.ts";
import type { PluginSecret } from "../site/plugin-secrets.ts";
import { secretVariables, type Redactor } from "./redact.ts";

const siteSecret = "DATASETTE_SECRET";

/** Variable by whose presence a provider knows what this tool published at its host; its value is the site's name. */
export const siteMark = "DATASETTE_PUBLISH_SITE";
export type SiteMark = typeof siteMark;

/** Variables that the host, or this tool, gives a meaning of its own: `PORT` is where the site has to listen. */
const reserved = new Set(["PORT", siteMark, "DATASETTE_VOLUME"]);

/** What the user wants in the site's environment. */
export interface VariableRequest {
  /** `NAME=VALUE`, or `NAME` for the value in the user's own environment (which then is secret). */
  readonly variables: readonly string[];
  readonly pluginSecrets: readonly PluginSecret[];
  readonly env: Environment;
}

/**
 * The variables a host has to be given; see `PublishContext.variables`. The site's secret is `DATASETTE_SECRET` of the
 * user's environment or 32 random bytes, and only made when the host has none. `secrets` gets to know every value, but one
 * from the command line only when its name says that it is secret.
 *
 * @throws PublishError `OPTION_INVALID` when a named variable is not set
 */
export function variablesFor(
  { variables, pluginSecrets, env }: VariableRequest,
  secrets: Redactor,
): (existing: Iterable<string>) => Record<string, string> {
  const given = Object.fromEntries(variables.map((text) => readVariable(text, env, secrets)));
  for (const { variable } of pluginSecrets) given[variable] = required(variable, "pluginSecret", env, secrets);
  let made: string | undefined;
  return (existing) => {
    const own = new Set(existing).has(siteSecret) ? {} : { [siteSecret]: env[siteSecret] || (made ??= randomBytes(32).toString("hex")) };
    const all = { ...own, ...given };
    if (made !== undefined) secrets.add(made);
    return all;
  };
}

function readVariable(text: string, env: Environment, secrets: Redactor): readonly [string, string] {
  const at = text.indexOf("=");
  const name = at === -1 ? text : text.slice(0, at);
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
    throw new PublishError("OPTION_INVALID", "A variable for the site has no name.", setOption("env", "NAME=VALUE"), { option: "env" });
  if (reserved.has(name)) {
    const facts = { option: "env", variable: name };
    const remedy = removeOption("env", `for ${name}`);
    throw new PublishError("OPTION_INVALID", `${name} is not yours to set: the host or this tool does.`, remedy, facts);
  }
  if (at === -1) return [name, required(name, "env", env, secrets)];
  const value = text.slice(at + 1);
  secretVariables({ [name]: value }).forEach(secrets.add);
  return [name, value];
}

function required(variable: string, option: string, env: Environment, secrets: Redactor): string {
  const value = env[variable];
  if (value) {
    secrets.add(value);
    return value;
  }
  const remedy = `Set ${variable} in your environment: the site's value is taken from there.`;
  throw new PublishError("OPTION_INVALID", `${variable} is not set.`, remedy, { option, variable });
}
