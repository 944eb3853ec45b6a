import { PublishError, type Provider } from "@datasette-publish/core";
import { BaseCommand } from "../base-command.ts";
import { hasVerb, lacksVerb, type HostVerb } from "./verb.ts";

/** `publish <verb>` without a provider that has it: says which have. What was typed is not repeated: it may be a token. */
export function topicCommand(verb: HostVerb, providers: readonly Provider[]): typeof BaseCommand {
  return class extends BaseCommand {
    static override summary = verb.summary;
    static override description = verb.description;
    static override strict = false;
    static override usage = `${verb.name} <provider>${verb.about === "site" ? " [paths…]" : ""} [flags]`;

    async run(): Promise<object> {
      const { argv } = await this.parse(this.ctor);
      throw refusal(verb, argv[0] as string | undefined, providers);
    }
  };
}

/** Why `publish <verb> <word>` is no command. */
export function refusal(verb: HostVerb, word: string | undefined, providers: readonly Provider[]): PublishError {
  const named = providers.find(({ name }) => name === word);
  if (named !== undefined) return lacksVerb(named, verb);
  const able = providers.filter((provider) => hasVerb(provider, verb)).map(({ name }) => name);
  return new PublishError(
    "COMMAND_INVALID",
    word === undefined ? `publish ${verb.name} wants the name of a provider.` : `publish ${verb.name} knows no provider of that name.`,
    able.length > 0 ? `Name one of ${able.join(", ")}.` : "Run publish providers to see what is installed: none of them has it.",
    { verb: verb.name },
  );
}
