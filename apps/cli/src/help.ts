import { Help, type Command } from "@oclif/core";
import { PublishCommandHelp, widthTaken } from "./command-help.ts";
import { errorPage } from "./error-page.ts";
import { accountVerbs, siteVerbs } from "./manage/verbs.ts";

const lookAfter = siteVerbs.map(({ name }) => name);
const accounts = [...accountVerbs.map(({ name }) => name), "providers"];
const inBrowser = ["ui"];
const before = ["preview", "convert", "inspect"];

/** oclif's help, with the root's commands in the order in which people need them. */
export default class PublishHelp extends Help {
  protected override CommandHelpClass = PublishCommandHelp;

  /** An error's code has help as a command has. */
  override async showHelp(argv: string[]): Promise<void> {
    const page = errorPage(argv[0]);
    if (page === undefined) await super.showHelp(argv);
    else this.log(page.map((paragraph) => this.wrap(paragraph, 0)).join("\n\n"));
  }

  override wrap(body: string, spacing?: number): string {
    return super.wrap(body, widthTaken(spacing));
  }

  protected override summary(command: Command.Loadable): string | undefined {
    const text = super.summary(command);
    return text && this.wrap(text, 0);
  }

  /** Its first line is a sentence, which oclif leaves to the terminal to break. */
  override formatRoot(): string {
    return super.formatRoot().replace(/^.*/, (sentence) => this.wrap(sentence, 0));
  }

  protected override async showRootHelp(): Promise<void> {
    const commands = new Map(this.sortedCommands.filter(({ id }) => !id.includes(":")).map((command) => [command.id, command]));
    const ours = new Set([...inBrowser, ...before, ...lookAfter, ...accounts]);
    const groups: readonly (readonly [string, readonly string[]])[] = [
      ["IN YOUR BROWSER", inBrowser],
      ["PUBLISH", [...commands.keys()].filter((id) => !ours.has(id))],
      ["BEFORE YOU PUBLISH", before],
      ["LOOK AFTER A SITE", lookAfter],
      ["HOSTS AND ACCOUNTS", accounts],
    ];
    this.log(`${this.formatRoot()}\n`);
    for (const [header, ids] of groups) {
      const rows = ids.flatMap((id) => commands.get(id) ?? []).map((command) => [usageOf(command), command.summary]);
      this.log(
        `${this.section(header, this.renderList(rows, { indentation: 2, spacer: "\n", stripAnsi: this.opts.stripAnsi ?? false }))}\n`,
      );
    }
    this.log(`Every command has --help with examples, and --json.`);
  }
}

/** A command as it is typed, without its flags. */
function usageOf({ id, usage }: Pick<Command.Loadable, "id" | "usage">): string {
  return typeof usage === "string" ? usage.replace(/ \[flags\]$/, "") : id;
}
