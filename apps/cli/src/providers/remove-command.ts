import { Args } from "@oclif/core";
import { BaseCommand } from "../base-command.ts";
import { removeProvider, type FoundProviders } from "@datasette-publish/workbench/providers";

/** `publish providers remove`. */
export function removeCommand({ providers }: FoundProviders): typeof BaseCommand {
  return class extends BaseCommand {
    static override summary = "Remove an installed provider";
    static override description = "Removes the provider from this machine. What was published with it stays where it is.";
    static override examples = ["<%= config.bin %> providers remove example"];
    static override args = {
      name: Args.string({ description: "Name of the provider, or of its package", required: true, ignoreStdin: true }),
    };

    async run(): Promise<object> {
      const { args } = await this.parse(this.ctor);
      const removed = await removeProvider(String(args["name"]), providers, process.env);
      this.print([`Provider ${removed.provider} is removed.`]);
      return removed;
    }
  };
}
