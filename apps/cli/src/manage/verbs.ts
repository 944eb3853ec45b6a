import type { Provider } from "@datasette-publish/core";
import type { BaseCommand } from "../base-command.ts";
import { listCommand } from "./list-command.ts";
import { list } from "./list.ts";
import { login } from "./login.ts";
import { logout } from "./logout.ts";
import { logs } from "./logs.ts";
import { open } from "./open.ts";
import { rollback } from "./rollback.ts";
import { status } from "./status.ts";
import { topicCommand } from "./topic-command.ts";
import { unpublish } from "./unpublish.ts";
import { verbCommand } from "./verb-command.ts";
import { hasVerb } from "./verb.ts";

/** Verbs for a published site, in the order in which help shows them. */
export const siteVerbs = [status, open, logs, rollback, unpublish, list] as const;
export const accountVerbs = [login, logout] as const;

/** `status`, `status:heroku` … : a command per verb and provider that has it, and one per verb that says which have. */
export function verbCommands(providers: readonly Provider[]): Record<string, typeof BaseCommand> {
  const commands: Record<string, typeof BaseCommand> = {};
  for (const verb of [...siteVerbs, ...accountVerbs]) {
    commands[verb.name] = verb === list ? listCommand(providers) : topicCommand(verb, providers);
    for (const provider of providers) if (hasVerb(provider, verb)) commands[`${verb.name}:${provider.name}`] = verbCommand(verb, provider);
  }
  return commands;
}

/** The verbs that a provider has, by the names of their commands. */
export function verbsOf(provider: Provider): readonly string[] {
  return [...siteVerbs, ...accountVerbs].filter((verb) => hasVerb(provider, verb)).map(({ name }) => name);
}
