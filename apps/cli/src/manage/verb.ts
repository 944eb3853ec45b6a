import { PublishError, unsupported, type Context, type HostRequest, type Provider, type Verb } from "@datasette-publish/core";
import type { Interfaces } from "@oclif/core";
import type { Given } from "../flags.ts";

/** One call of `publish <verb> <provider>`. */
export interface Call {
  readonly provider: Provider;
  readonly request: HostRequest;
  /** What was given for the verb's own flags. */
  readonly own: Given;
  readonly json: boolean;
  /** Writes a line to stdout at once; silent with `--json`. */
  readonly print: (line: string) => void;
}

/** What a verb came to: plain JSON, and how a person reads it. */
export interface Outcome {
  readonly result: object;
  readonly lines: readonly string[];
}

/** A verb that looks after a published site, or after the account it is in. */
export interface HostVerb {
  readonly name: string;
  /** The part of a provider without which it has no such command. */
  readonly needs: Verb | "login";
  /** A site is named by paths and options; an account by neither. */
  readonly about: "site" | "account";
  readonly summary: string;
  readonly description: string;
  /** Command lines to show in its help, after the provider's name. */
  readonly examples: readonly string[];
  readonly flags?: Interfaces.FlagInput;
  run(call: Call, ctx: Context): Promise<Outcome>;
}

export function hasVerb(provider: Provider, { needs }: Pick<HostVerb, "needs">): boolean {
  return provider[needs] !== undefined;
}

/** Why a provider has no such command. */
export function lacksVerb(provider: Provider, { name, needs }: Pick<HostVerb, "name" | "needs">): PublishError {
  if (needs !== "login") return unsupported(provider, needs);
  return new PublishError("COMMAND_INVALID", `${provider.title} needs no ${name}.`, `Run publish ${provider.name} ./csvs without it.`, {
    provider: provider.name,
    verb: name,
  });
}
