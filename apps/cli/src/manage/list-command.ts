import type { Provider } from "@datasette-publish/core";
import { BaseCommand } from "../base-command.ts";
import { removedProvider } from "@datasette-publish/workbench/providers";
import { list, listEverywhere } from "./list.ts";
import { refusal } from "./topic-command.ts";

/** `publish list`: at every provider that there is a token for. */
export function listCommand(providers: readonly Provider[]): typeof BaseCommand {
  return class extends BaseCommand {
    static override summary = list.summary;
    static override description = `${list.description} Without a provider: every host that there is a token for.`;
    static override strict = false;
    static override usage = "list [provider] [flags]";
    static override examples = ["<%= config.bin %> list", "<%= config.bin %> list --json"];

    async run(): Promise<object> {
      if (this.argv.some((word) => !word.startsWith("-")))
        throw (await removedProvider(this.argv, process.env)) ?? refusal(list, this.argv, providers);
      await this.parse(this.ctor);
      const { result, lines } = await listEverywhere(providers, process.env, this.context);
      this.print(lines);
      process.exitCode = result.problems[0]?.exitStatus ?? 0;
      return result;
    }
  };
}
