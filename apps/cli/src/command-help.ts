import { CommandHelp, type Command } from "@oclif/core";

/** oclif's help of one command, with its flags' notes behind what they are about, and nothing said twice. */
export class PublishCommandHelp extends CommandHelp {
  /** Without the summary, which stands above it. */
  protected override description(): string | undefined {
    const { description } = this.command;
    return description === undefined ? undefined : this.wrap(description);
  }

  protected override flags(flags: Command.Flag.Any[]): Array<[string, string | undefined]> | undefined {
    return super.flags(flags)?.map(([flag, text]) => [flag, text && notesLast(text)]);
  }

  /** `--json`, which every command has, comes last. */
  protected override groupFlags(flags: Command.Flag.Any[]) {
    const { mainFlags, flagGroups } = super.groupFlags(flags);
    const { GLOBAL = [], ...others } = flagGroups;
    return { mainFlags, flagGroups: { ...others, GLOBAL } };
  }
}

/** Choices as words that can be wrapped; a default after what it is the default of. */
function notesLast(text: string): string {
  return text
    .replace(/^(\[default: [^\]]*\]) ([^]*)$/, "$2 $1")
    .replace(/<options: (.*)>$/, (_, choices: string) => `One of ${choices.replaceAll("|", ", ")}`);
}
