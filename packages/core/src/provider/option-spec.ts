import type { AccountContext } from "./context.ts";

/** One option of a provider: the CLI draws a flag from it, docs a table row, a web app a field. */
export interface OptionSpec {
  readonly type: "string" | "boolean" | "integer" | "path";
  /** A phrase. It names another option by its key in braces: `Port that {run} serves on`. */
  readonly description: string;
  /** What a form calls it, and an error; unset: its key as words. */
  readonly label?: string;
  /** Every verb that uses it needs a value: core asks for it before it asks the host for anything. It has no default. */
  readonly required?: boolean;
  /** `"more"`: help and forms show it after the others. Unset: `"main"`. */
  readonly level?: "main" | "more";
  /** `"machine"`: it is about the machine that publishes, such as a file to write; a front end that runs elsewhere leaves it out. */
  readonly scope?: "machine";
  readonly default?: string | boolean | number;
  /** Environment variable that supplies the value when the option is not given. */
  readonly env?: string;
  /** Its value never appears in an event, an error, a plan or a result. */
  readonly secret?: boolean;
  /** The values that it takes. A function asks the host, before a publish with a value that was given; it returns null where the host does not say: then any will do. */
  readonly choices?: readonly string[] | ((ctx: AccountContext) => Promise<readonly string[] | null>);
  /** Bounds of an integer. */
  readonly minimum?: number;
  readonly maximum?: number;
  readonly multiple?: boolean;
  /** Matters to a publish alone, not to the verbs that look after the site: the size of a machine. */
  readonly publishOnly?: boolean;
  /**
   * Kept with the site's name in the project's memory, and used by its later publishes and verbs that are not given another value:
   * the server that the site is at. Text or a number, never a secret.
   */
  readonly remember?: boolean;
  /** One character, for the CLI. */
  readonly char?: string;
}

/** A provider's options by their keys, which are camelCase. */
export type OptionSpecs = Readonly<Record<string, OptionSpec>>;

export type OptionValue = string | boolean | number | readonly string[];
export type OptionValues = Readonly<Record<string, OptionValue | undefined>>;

type OneValue<S extends OptionSpec> = S["type"] extends "boolean"
  ? boolean
  : S["type"] extends "integer"
    ? number
    : S extends { readonly choices: readonly (infer Choice extends string)[] }
      ? Choice
      : string;
type Value<S extends OptionSpec> = S extends { readonly multiple: true } ? readonly OneValue<S>[] : OneValue<S>;

/** The values of options that are specified `as const`: one that is neither required nor has a default may be undefined. */
export type OptionsOf<O extends OptionSpecs> = string extends keyof O
  ? OptionValues
  : {
      readonly [K in keyof O]: O[K] extends { readonly required: true } | { readonly default: string | boolean | number }
        ? Value<O[K]>
        : Value<O[K]> | undefined;
    };
