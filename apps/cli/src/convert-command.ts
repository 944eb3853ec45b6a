import { Flags } from "@oclif/core";
import { PublishError, convert } from "@datasette-publish/core";
import { BaseCommand } from "./base-command.ts";
import { showsValues, withoutValues } from "./column-report.ts";
import { convertCommandFlags } from "./convert-flags.ts";
import { toConvertOptions } from "./convert-options.ts";
import { renderDatabase } from "./summary.ts";

export class ConvertCommand extends BaseCommand {
  static override summary = "Convert CSV and TSV files to a SQLite database";
  static override description =
    "Reads files, folders and zip archives, finds each column's type without losing anything, and prints what it found.";
  static override strict = false;
  static override usage = "convert <paths…> <out.db> [flags]";
  static override examples = [
    "<%= config.bin %> convert ./csvs budget.db",
    "<%= config.bin %> convert schools.tsv out.db --fts name --json",
    "<%= config.bin %> convert ./csvs out.db --separator people.csv=';'",
    "<%= config.bin %> convert ./csvs out.db --type people.zip=text",
    "<%= config.bin %> convert 2023.csv 2024.csv out.db --table years",
    "<%= config.bin %> convert export.zip out.db",
  ];
  static override flags = {
    force: Flags.boolean({ description: "Replace the output file if it exists" }),
    "replace-tables": Flags.boolean({ description: "Keep the output file if it exists, and replace its tables of the same names" }),
    ...convertCommandFlags,
  };

  async run() {
    const { argv, flags } = await this.parse(ConvertCommand);
    const paths = argv as string[];
    const out = paths.pop();
    if (out === undefined || paths.length === 0)
      throw new PublishError(
        "COMMAND_INVALID",
        "convert takes at least one input and the database to write.",
        "Type: publish convert ./csvs out.db",
      );
    const converted = await convert(paths, out, { ...toConvertOptions(flags), force: flags.force }, this.context);
    const database = showsValues(process.env, flags.examples) ? converted : withoutValues(converted);
    this.print([...renderDatabase(database), "", `Wrote ${database.path}`, `Next: publish preview ${out}`]);
    return database;
  }
}
