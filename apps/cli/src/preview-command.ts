import { Flags } from "@oclif/core";
import { reportOf } from "@datasette-publish/core";
import { noEngine, openChecked, openSitePlugins, prepareWhole, warmUp } from "@datasette-publish/workbench/site";
import { BaseCommand, untilAborted } from "./base-command.ts";
import { openInBrowser } from "./browser.ts";
import { renderNotable, showsValues, withoutValues } from "./column-report.ts";
import { convertFlags } from "./convert-flags.ts";
import { toConvertOptions } from "./convert-options.ts";
import { requirePaths } from "./paths.ts";
import { several, siteFlags, toProject, toSiteOptions } from "./flags.ts";

export class PreviewCommand extends BaseCommand {
  static override summary = "Serve the site on localhost, with nothing installed";
  static override description =
    "Runs the real Datasette in WebAssembly on your data, checks every page and count, then serves until Ctrl-C.";
  static override strict = false;
  static override usage = "preview <paths…> [flags]";
  static override examples = ["<%= config.bin %> preview ./csvs --open", "<%= config.bin %> preview data.db --port 8001"];
  static override flags = {
    port: Flags.integer({
      description: "Port to serve on; the default, 0, takes a free one",
      helpValue: "NUMBER",
      default: 0,
      min: 0,
      max: 65_535,
    }),
    "allow-host": Flags.string({
      description: "Answer to this name of the host too, besides localhost and 127.0.0.1",
      helpValue: "HOST",
      ...several,
    }),
    cors: Flags.boolean({ description: "Let pages of other sites read the data" }),
    open: Flags.boolean({ description: "Open the site in the browser" }),
    once: Flags.boolean({ description: "Check the site, then end" }),
    ...siteFlags,
    ...convertFlags,
  };

  async run(): Promise<object> {
    const { argv, flags } = await this.parse(PreviewCommand);
    const paths = argv as string[];
    requirePaths(paths, "preview");
    const prepared = { convert: toConvertOptions(flags), site: toSiteOptions(flags) };
    const server = { port: flags.port, allowHosts: flags["allow-host"] ?? [], cors: flags.cors };
    const project = toProject(paths, flags);
    const { line } = prepared.site;
    const env = process.env;
    const plugins = await openSitePlugins({ project, install: flags.install ?? [], line, keeps: false, env }, this.context);
    await using warm = await warmUp({ ...server, line, env }, this.context);
    await using ready = await prepareWhole(project, prepared, this.context);
    const { site } = ready;
    await using preview = await openChecked(warm, ready, { plugins, env }, this.context);
    if (preview === null) throw noEngine();
    const { url } = preview;
    const databases = reportOf(site);
    const isShown = showsValues(process.env, flags.examples);
    this.print(renderNotable(databases, isShown));
    // The address ends the last line, so that a script can take it from there.
    this.log(`Serving ${site.name}${flags.once ? "" : " until Ctrl-C"} at ${url}`);
    if (flags.open) await openInBrowser(url, this.jsonEnabled(), this.context);
    if (!flags.once) await untilAborted(this.context.signal!);
    return { site: site.name, url, databases: isShown ? databases : databases.map(withoutValues) };
  }
}
