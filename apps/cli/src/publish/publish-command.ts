import { PublishError, type Provider, type PublishResult } from "@datasette-publish/core";
import { BaseCommand } from "../base-command.ts";
import { convertFlags } from "../convert-flags.ts";
import { siteFlags, toOptionValues, type Given } from "../flags.ts";
import { flagsBeside, ownValues } from "../given.ts";
import { verbsOf } from "../manage/verbs.ts";
import { requirePaths } from "../paths.ts";
import { builderFlags } from "./builder-flags.ts";
import { commonFlags } from "./common-flags.ts";
import { publishSite } from "./publish-site.ts";

const ours = { ...commonFlags, ...builderFlags, ...siteFlags, ...convertFlags };

/** `publish <provider> <paths…>`, drawn from the provider's option specs. */
export function publishCommand(provider: Provider): typeof BaseCommand {
  return class extends BaseCommand {
    static override summary = `Publish to ${provider.title}`;
    static override description = describe(provider);
    static override strict = false;
    static override usage = `${provider.name} <paths…> [flags]`;
    static override examples = [
      "",
      "--dry-run",
      "--title 'City budget' --json",
      "--builder dockerfile",
      ...(provider.login === undefined ? [] : ["--open"]),
    ].map((flags) => `<%= config.bin %> ${provider.name} ./csvs ${flags}`.trim());
    static override flags = flagsBeside(provider, ours);

    async run(): Promise<PublishResult> {
      const { argv, flags } = await this.parse(this.ctor);
      const own = ownValues(provider, flags as Given);
      if (own["serve"] && own["check"] === false)
        throw new PublishError(
          "COMMAND_INVALID",
          "--serve keeps the checked preview open: --no-check makes none.",
          "Leave one of them out.",
        );
      requirePaths(argv as string[], provider.name);
      const options = toOptionValues(flags as Given, provider.options);
      const print = (lines: readonly string[]): void => this.print(lines);
      const call = { provider, paths: argv as string[], options, own, json: this.jsonEnabled(), print };
      return publishSite(call, this.context);
    }
  };
}

/** What the provider says of itself, and what there is to do before and afterwards. */
function describe(provider: Provider): string {
  const { name, description, about, login } = provider;
  const price = about === undefined ? [] : [`${about.text} (${about.asOf}: ${about.url})`];
  const before = login === undefined ? [] : [`Before the first publish: publish login ${name}, or set ${login.env} to a token.`];
  const commands = verbsOf(provider).map((verb) => `  publish ${verb} ${name}`);
  return [description, ...price, ...before, ...(commands.length === 0 ? [] : [["See also:", ...commands].join("\n")])].join("\n\n");
}
