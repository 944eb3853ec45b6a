import { Flags } from "@oclif/core";
import { PublishError, publish, withWorkDir, type Context, type Provider, type PublishResult, type Site } from "@datasette-publish/core";
import type { Preview } from "@datasette-publish/preview";
import { BaseCommand, untilAborted } from "./base-command.ts";
import { convertFlags, providerFlags, siteFlags, toConvertOptions, toOptionValues, toSiteOptions } from "./flags.ts";
import { renderPublished } from "./summary.ts";

const common = {
  "dry-run": Flags.boolean({ description: "print what publish would do, and do none of it" }),
  check: Flags.boolean({ description: "check the site in the preview before delivering", default: true, allowNo: true }),
  serve: Flags.boolean({ description: "keep the checked preview open on localhost until Ctrl-C" }),
};

type Given = Readonly<Record<string, string | boolean | number | string[] | undefined>>;

/** `publish <provider> <paths…>`, drawn from the provider's option specs. */
export function providerCommand(provider: Provider): typeof BaseCommand {
  return class extends BaseCommand {
    static override summary = `Publish to ${provider.title}`;
    static override description = provider.description;
    static override strict = false;
    static override usage = `${provider.name} <paths…> [flags]`;
    static override examples = ["", "--dry-run", "--title 'City budget' --json"].map((flags) =>
      `<%= config.bin %> ${provider.name} ./csvs ${flags}`.trim(),
    );
    static override flags = { ...common, ...providerFlags(provider.options, provider.title.toUpperCase()), ...siteFlags, ...convertFlags };

    async run(): Promise<PublishResult> {
      const { argv, flags } = await this.parse(this.ctor);
      const given = flags as Given;
      if (given["serve"] && given["check"] === false)
        throw new PublishError(
          "COMMAND_INVALID",
          "--serve keeps the checked preview open: --no-check makes none.",
          "Leave one of them out.",
        );
      return withWorkDir((workDir) => this.#publish(argv as string[], given, workDir));
    }

    async #publish(paths: readonly string[], given: Given, workDir: string): Promise<PublishResult> {
      const { ensureRuntime } = await import("@datasette-publish/runtime");
      let preview: Preview | undefined;
      try {
        const check = async (site: Site, ctx: Context) => {
          const { openChecked } = await import("./preview-site.ts");
          preview = await openChecked(site, 0, ctx);
          if (!given["serve"]) await preview.close();
        };
        const result = await publish(
          provider,
          {
            paths,
            convert: toConvertOptions(given),
            site: toSiteOptions(given),
            options: toOptionValues(given, provider.options),
            env: process.env,
            dryRun: given["dry-run"] === true,
            workDir,
            runtime: ensureRuntime,
            ...(given["check"] === false ? {} : { check }),
          },
          this.context,
        );
        this.print(renderPublished(result));
        if (given["serve"] && preview !== undefined) {
          this.log(`\nServing it at ${preview.url}  (Ctrl-C ends it)`);
          await untilAborted(this.context.signal!);
        }
        return result;
      } finally {
        await preview?.close();
      }
    }
  };
}
