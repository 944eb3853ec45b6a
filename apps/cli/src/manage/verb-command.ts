import { PublishError, type Provider } from "@datasette-publish/core";
import { BaseCommand } from "../base-command.ts";
import { siteFlags, toOptionValues, toProject, type Given } from "../flags.ts";
import { flagsBesideVerb, ownValues } from "../given.ts";
import { toTimeout } from "../publish/common-flags.ts";
import type { HostVerb } from "./verb.ts";

/** `publish <verb> <provider> [paths…]`: takes the options that `publish <provider>` takes, so that it means the same site. */
export function verbCommand(verb: HostVerb, provider: Provider): typeof BaseCommand {
  const aboutSite = verb.about === "site";
  const ours = aboutSite ? { ...verb.flags, name: siteFlags.name } : { ...verb.flags };
  return class extends BaseCommand {
    static override summary = `${verb.summary} (${provider.title})`;
    static override description = verb.description;
    static override strict = false;
    static override usage = `${verb.name} ${provider.name}${aboutSite ? " [paths…]" : ""} [flags]`;
    static override examples = verb.examples.map((rest) => `<%= config.bin %> ${verb.name} ${provider.name} ${rest}`.trim());
    static override flags = verb.needs === "login" ? ours : flagsBesideVerb(provider, verb.about, ours);

    async run(): Promise<object> {
      const { argv, flags } = await this.parse(this.ctor);
      if (!aboutSite && argv.length > 0) throw tooMuch(verb, provider);
      const given = flags as Given;
      const own = ownValues(provider, given);
      const request = {
        project: toProject(argv.length > 0 ? (argv as string[]) : ["."], own),
        options: toOptionValues(given, provider.options),
        env: process.env,
        ...toTimeout(own),
      };
      const call = { provider, request, own, json: this.jsonEnabled(), print: (line: string) => this.print([line]) };
      const { result, lines } = await verb.run(call, this.context);
      this.print(lines);
      return result;
    }
  };
}

/** What was typed is not repeated: it may be a token. */
function tooMuch({ name: verb }: HostVerb, { name: provider }: Provider): PublishError {
  return new PublishError(
    "COMMAND_INVALID",
    `publish ${verb} ${provider} takes flags only.`,
    `Run publish ${verb} ${provider} without what follows it.`,
    {
      provider,
      verb,
    },
  );
}
