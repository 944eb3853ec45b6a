import { Args } from "@oclif/core";
import { BaseCommand } from "../base-command.ts";
import { installProvider } from "./install.ts";
import { reportOf } from "./report.ts";

/** `publish providers install`. */
export function installCommand(taken: ReadonlySet<string>): typeof BaseCommand {
  return class extends BaseCommand {
    static override summary = "Install a provider, or a newer version of it";
    static override description =
      "Fetches the package with npm, runs none of its scripts, and keeps it only when it is a provider that works with this version.";
    static override examples = ["@my-org/my-host", "./provider-1.0.0.tgz", "./my-provider"].map(
      (source) => `<%= config.bin %> providers install ${source}`,
    );
    static override args = {
      package: Args.string({ description: "Name of a package, a tarball or a folder", required: true, ignoreStdin: true }),
    };

    async run(): Promise<object> {
      const { args } = await this.parse(this.ctor);
      const found = await installProvider({ source: String(args["package"]), taken, env: process.env }, this.context);
      this.print([`Installed ${found.provider.title} (${found.version}).`, `Next: publish ${found.provider.name} --help`]);
      return reportOf(found, process.env);
    }
  };
}
