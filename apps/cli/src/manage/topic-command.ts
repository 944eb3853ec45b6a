import { PublishError, nearest, type Provider } from "@datasette-publish/core";
import { BaseCommand } from "../base-command.ts";
import { removedProvider } from "@datasette-publish/workbench/providers";
import { hasVerb, lacksVerb, type HostVerb } from "./verb.ts";

/** `publish <verb>` without a provider that has it: says which have. What was typed is not repeated: it may be a token. */
export function topicCommand(verb: HostVerb, providers: readonly Provider[]): typeof BaseCommand {
  return class extends BaseCommand {
    static override summary = verb.summary;
    static override description = verb.description;
    static override strict = false;
    static override usage = `${verb.name} <provider>${verb.about === "site" ? " [paths…]" : ""} [flags]`;

    /** Nothing is parsed: whatever follows, there is nothing to do. */
    async run(): Promise<object> {
      throw (await removedProvider(this.argv, process.env)) ?? refusal(verb, this.argv, providers);
    }
  };
}

/** Why `publish <verb> <words…>` is no command. */
export function refusal(verb: HostVerb, words: readonly string[], providers: readonly Provider[]): PublishError {
  const named = providers.find(({ name }) => words.includes(name));
  if (named !== undefined) return hasVerb(named, verb) ? outOfPlace(verb, named) : lacksVerb(named, verb);
  const able = providers.filter((provider) => hasVerb(provider, verb)).map(({ name }) => name);
  const meant = nearest(words[0] ?? "", able);
  return new PublishError(
    "COMMAND_INVALID",
    words.every((word) => word.startsWith("-"))
      ? `publish ${verb.name} wants the name of a provider.`
      : `publish ${verb.name} knows no provider of that name.`,
    meant !== undefined
      ? `Write publish ${verb.name} ${meant}.`
      : able.length > 0
        ? `Name one of ${able.join(", ")}.`
        : "Run publish providers to see what is installed: none of them has it.",
    { verb: verb.name },
  );
}

/** A flag stands between the verb and the provider. */
function outOfPlace({ name: verb }: HostVerb, { name }: Provider): PublishError {
  return new PublishError(
    "COMMAND_INVALID",
    `publish ${verb} wants the name of the provider right behind it.`,
    `Begin with publish ${verb} ${name}.`,
    { provider: name, verb },
  );
}
