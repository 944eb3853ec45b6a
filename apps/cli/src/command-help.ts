import { CommandHelp, type Command } from "@oclif/core";
import { moreGroup } from "./flags.ts";

/** A text below its flag or command: oclif indents it by six columns, and wraps it as if by four. */
export function widthTaken(spacing: number | undefined): number | undefined {
  return spacing === 4 ? 6 : spacing;
}

/** oclif's help of one command, with its flags' notes behind what they are about, and nothing said twice. */
export class PublishCommandHelp extends CommandHelp {
  override wrap(body: string, spacing?: number): string {
    return super.wrap(body, widthTaken(spacing));
  }

  /** Without the summary, which stands above it; indented lines stay so. */
  protected override description(): string | undefined {
    const lines = this.command.description?.split("\n");
    return lines?.map((line) => (line.startsWith(" ") ? line : this.wrap(line))).join("\n");
  }

  protected override flags(flags: Command.Flag.Any[]): Array<[string, string | undefined]> | undefined {
    return super.flags(flags)?.map(([flag, text]) => [flag, text && notesLast(text)]);
  }

  /** What few need comes late; `--json`, which every command has, comes last. */
  protected override groupFlags(flags: Command.Flag.Any[]) {
    const { mainFlags, flagGroups } = super.groupFlags(flags);
    const { GLOBAL = [], ...others } = flagGroups;
    const groups = Object.entries(others).sort((one, other) => Number(isMore(one[0])) - Number(isMore(other[0])));
    return { mainFlags, flagGroups: { ...Object.fromEntries(groups), GLOBAL } };
  }
}

function isMore(group: string): boolean {
  return group.endsWith(moreGroup);
}

/** Choices as words that can be wrapped; a default after what it is the default of. */
function notesLast(text: string): string {
  return text
    .replace(/^(\[default: [^\]]*\]) ([^]*)$/, "$2 $1")
    .replace(/<options: (.*)>$/, (_, choices: string) => `One of ${choices.replaceAll("|", ", ")}`);
}
