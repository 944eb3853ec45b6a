import { Args, Flags } from "@oclif/core";
import { BaseCommand } from "../base-command.ts";
import type { Given } from "../flags.ts";
import { installProvider } from "@datasette-publish/workbench/providers";
import { reportOf } from "./report.ts";

/** `publish providers install`. */
export function installCommand(taken: ReadonlySet<string>): typeof BaseCommand {
  return class extends BaseCommand {
    static override summary = "Install a provider, or a newer version of it";
    static override description =
      "Fetches the package with npm, runs none of its scripts, and keeps it only when it is a provider that works with this version. Its code is asked to describe itself without your tokens. When you publish with it later, it runs with them, and may do on this machine all that you may: install what you trust.";
    static override examples = ["@my-org/my-host", "./provider-1.0.0.tgz", "./my-provider"].map(
      (source) => `<%= config.bin %> providers install ${source}`,
    );
    static override args = {
      package: Args.string({ description: "Name of a package, a tarball or a folder", required: true, ignoreStdin: true }),
    };

    static override flags = {
      replace: Flags.boolean({ description: "Replace a provider of the same name that is another package's" }),
    };

    async run(): Promise<object> {
      const { args, flags } = await this.parse(this.ctor);
      const request = { source: String(args["package"]), taken, env: process.env, replace: (flags as Given)["replace"] === true };
      const found = await installProvider(request, this.context);
      this.print([`Installed ${found.provider.title} (${found.version}).`, `Next: publish ${found.provider.name} --help`]);
      return reportOf(found, process.env);
    }
  };
}
