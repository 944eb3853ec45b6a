import { setTimeout as sleep } from "node:timers/promises";
import { createInterface } from "node:readline";
import { Flags } from "@oclif/core";
import { workbenchFolder } from "@datasette-publish/workbench";
import type { Web } from "@datasette-publish/web";
import { BaseCommand, untilAborted } from "../base-command.ts";
import { printable } from "../printable.ts";
import { keepStdout, writeStdout } from "../stdout.ts";
import { canAsk } from "../terminal.ts";
import { openPage } from "./open-page.ts";
import { writeShortcut } from "./shortcut-file.ts";

/** How long a browser may take to ask for the page, in milliseconds. */
const browserMs = 20_000;

export class UiCommand extends BaseCommand {
  static override summary = "Publish on a page in your browser, without typing commands";
  static override description = [
    "Opens a page on which you drop your files, look at what they become, say what they are, and publish them. It shows every site that was published from this machine, and goes on with what was begun.",
    "The page is for you alone: this machine answers nobody else, and its address has a key that ends with the command. Nothing leaves your computer until you press Publish.",
  ].join("\n\n");
  static override strict = false;
  static override usage = "ui [paths…] [flags]";
  static override examples = [
    "<%= config.bin %> ui",
    "<%= config.bin %> ui ./csvs",
    "<%= config.bin %> ui --no-open --port 8300",
    "<%= config.bin %> ui --shortcut",
    "<%= config.bin %> ui ./csvs --shortcut ~/Desktop",
  ];
  static override flags = {
    open: Flags.boolean({
      description: "Open the browser; --no-open prints the address with its key instead, and nothing else, to stdout",
      allowNo: true,
      default: true,
    }),
    port: Flags.integer({
      description: "Port of the page; the default, 0, takes a free one",
      helpValue: "NUMBER",
      default: 0,
      min: 0,
      max: 65_535,
    }),
    shortcut: Flags.string({
      description:
        "Write a file to double-click, which opens the page and the paths given here, then end; the default is your desktop, or your home",
      helpValue: "[DIR]",
    }),
  };

  #isSaid = false;

  async run(): Promise<object> {
    const { argv, flags } = await this.parse(UiCommand);
    const paths = argv as string[];
    if (flags.shortcut !== undefined) return this.#makeShortcut(flags.shortcut, paths);
    // What a library writes to stdout is not the address.
    keepStdout();
    const { startWeb } = await import("@datasette-publish/web");
    const { env } = process;
    const web = await startWeb({ dir: await workbenchFolder(env), env, version: this.config.version, paths, port: flags.port });
    try {
      await this.#show(web, flags.open);
      await untilAborted(this.context.signal!);
    } finally {
      if ((await web.close()) > 0) say("The page is closed. What was being changed at a host goes on; the page shows it again: publish ui");
    }
    return { url: web.url };
  }

  /** A program wants the address while the page is there, not when it has ended. */
  override logJson(result: unknown): void {
    if (!this.#isSaid) super.logJson(result);
    this.#isSaid = true;
  }

  async #show(web: Web, opens: boolean): Promise<void> {
    if (this.jsonEnabled()) this.logJson(this.toSuccessJson({ url: web.url }));
    else if (!opens) writeStdout(`${web.url}\n`);
    const opened = this.jsonEnabled() || !opens ? "The page is ready." : await this.#open(web);
    if (canAsk()) repeatOnEnter(web.url);
    say(`${opened} Press Ctrl-C to close it; a publish that has begun goes on.${canAsk() ? " Press Enter to see its address again." : ""}`);
  }

  async #open({ url, opened }: Web): Promise<string> {
    const byHand = `Open this address in your browser: ${url}`;
    const problem = await openPage(url, process.env, opened);
    if (problem !== null) return `No browser was opened: ${printable(problem)}. ${byHand}\n`;
    void Promise.race([opened, sleep(browserMs, "late", { ref: false })]).then((late) => {
      if (late === "late" && !this.context.signal!.aborted) say(`No browser has asked for the page yet. ${byHand}`);
    });
    return "The page is open in your browser.";
  }

  async #makeShortcut(dir: string, paths: readonly string[]): Promise<object> {
    const { path, hint } = await writeShortcut({ dir, paths, env: process.env });
    this.log(printable(`Wrote ${path}`));
    this.log(`Double-click it to open the page. ${hint}`.trimEnd());
    return { path };
  }
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** Whoever closed the page finds it again. */
function repeatOnEnter(url: string): void {
  createInterface({ input: process.stdin }).on("line", () => say(url));
}
