import { randomBytes } from "node:crypto";
import { parsePluginSecret, type PluginSecret, type Provider } from "@datasette-publish/core";
import type { ContractSetup } from "./contract-setup.ts";

/** One publish's secrets, and what to look for. */
export interface Canaries {
  readonly env: Readonly<Record<string, string>>;
  readonly options: Readonly<Record<string, string>>;
  /** Names of variables for the site. */
  readonly variables: readonly string[];
  readonly pluginSecrets: readonly PluginSecret[];
  /** A part of each that no quoting changes. */
  readonly values: readonly string[];
  /** What the host is to give the site, but for `DATASETTE_SECRET`. */
  readonly expected: readonly (readonly [string, string])[];
}

/** A random value for each secret; the token is the setup's own. */
export function canariesFor({ options: specs, login }: Provider, { env: given = {} }: ContractSetup): Canaries {
  const secret = parsePluginSecret("contract-plugin.client_id");
  const variable = "CONTRACT_VARIABLE";
  const plain = [canary(), canary()] as const;
  const named = { [variable]: plain[0] + awkward, [secret.variable]: plain[1] + awkward };
  const env = { DATASETTE_SECRET: canary(), SOME_API_TOKEN: canary(), ...named };
  const secretOptions = Object.entries(specs).filter(([, spec]) => spec.secret && !spec.choices);
  const options = Object.fromEntries(secretOptions.map(([name]) => [name, canary()]));
  const token = login === undefined ? undefined : given[login.env];
  return {
    env,
    options,
    variables: [variable],
    pluginSecrets: [secret],
    expected: Object.entries(named),
    values: [
      ...Object.values(env).filter((value) => !value.endsWith(awkward)),
      ...plain,
      ...Object.values(options),
      ...(token === undefined ? [] : [token]),
    ],
  };
}

function canary(): string {
  return `canary-${randomBytes(12).toString("hex")}`;
}

/** What a variable may hold: a provider that puts it into a shell script has to quote it, for example as its standard input. */
const awkward = " '\"$HOME`id` $(id)\\\nand 'another \"line";
