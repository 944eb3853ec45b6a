import { BaseCommand } from "../base-command.ts";
import { renderTable } from "../table.ts";
import type { FoundProviders } from "@datasette-publish/workbench/providers";
import { renderProblem } from "./problem.ts";
import { renderProvider, reportOf } from "./report.ts";

/** `publish providers`: what was found when the command map was made. */
export function providersCommand({ providers, problems }: FoundProviders): typeof BaseCommand {
  return class extends BaseCommand {
    static override summary = "List the installed providers";
    static override description =
      "Shows each provider that `publish <name> <paths…>` can use, what it takes, and where its token is. Asks no host.";
    static override examples = ["<%= config.bin %> providers", "<%= config.bin %> providers --json"];

    async run(): Promise<object> {
      await this.parse(this.ctor);
      const reports = await Promise.all(providers.map((found) => reportOf(found, process.env)));
      this.print(renderTable(reports.map(renderProvider)));
      return { providers: reports, problems: problems.map(renderProblem) };
    }
  };
}
