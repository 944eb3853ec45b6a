import { BaseCommand } from "./base-command.ts";
import type { FoundProviders } from "./providers.ts";

/** `publish providers`: lists what was found when the command map was made. */
export function providersCommand({ providers, problems }: FoundProviders): typeof BaseCommand {
  return class extends BaseCommand {
    static override summary = "List the installed providers";
    static override description = "Shows each provider that `publish <name> <paths…>` can use, its version and what it takes.";
    static override examples = ["<%= config.bin %> providers", "<%= config.bin %> providers --json"];

    async run() {
      await this.parse(this.ctor);
      const rows = providers.map(({ provider, version, folder }) => ({
        name: provider.name,
        title: provider.title,
        version,
        folder,
        platforms: provider.accepts.platforms,
        compressions: provider.accepts.compressions,
      }));
      this.print(rows.map((row) => `${row.name.padEnd(12)} ${row.title} (${row.version}), ${row.platforms.join(" and ")}`));
      return { providers: rows, problems };
    }
  };
}
