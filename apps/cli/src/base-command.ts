import { format } from "node:util";
import { Command, Flags, type Interfaces } from "@oclif/core";
import type { Context, PublishEvent, Warning } from "@datasette-publish/core";
import { endProcess } from "@datasette-publish/workbench/providers";
import { withWarnings } from "./errors.ts";
import { fromParseError, refuseBooleanValues } from "./parse-errors.ts";
import { printable } from "./printable.ts";
import { createReporter, type Reporter } from "./reporter.ts";
import { writeStdout } from "./stdout.ts";

/** What every command shares: `--json`, the event renderer, and an abort signal that Ctrl-C, SIGTERM and a closed terminal trip. */
export abstract class BaseCommand extends Command {
  static override enableJsonFlag = true;
  static override baseFlags = {
    json: Flags.boolean({ description: "Print the result as JSON; progress goes to stderr", helpGroup: "GLOBAL" }),
  };

  private readonly reporter = createReporter();
  private readonly warnings: Warning[] = [];
  protected readonly context: Context = { report: (event) => this.report(event), signal: abortOnSignals(this.reporter) };

  /** @throws PublishError `COMMAND_INVALID`, `OPTION_INVALID` */
  protected override async parse<F extends Record<string, unknown>, B extends Record<string, unknown>, A extends Record<string, unknown>>(
    options?: Interfaces.Input<F, B, A>,
    argv?: string[],
  ): Promise<Interfaces.ParserOutput<F, B, A>> {
    const { id, flags, baseFlags } = this.ctor;
    const command = { name: `publish ${id.replaceAll(":", " ")}`, flags: { ...baseFlags, ...flags } };
    refuseBooleanValues(argv ?? this.argv, command);
    try {
      return await super.parse(options, argv);
    } catch (error) {
      throw fromParseError(error, command);
    }
  }

  /** `main` prints errors, as text or JSON, so that no other code path can leak an option's value. */
  protected override async catch(error: Error): Promise<never> {
    throw withWarnings(error, this.warnings);
  }

  /** The result of every command says what was warned of. */
  protected override toSuccessJson(result: object): object {
    return { ...result, warnings: this.warnings };
  }

  override log(message = "", ...args: readonly unknown[]): void {
    if (!this.jsonEnabled()) writeStdout(`${format(message, ...args)}\n`);
  }

  override logJson(result: unknown): void {
    writeStdout(`${JSON.stringify(result, null, 2)}\n`);
  }

  /** What is printed after this, here or by the shell, begins a line. */
  protected override async finally(): Promise<void> {
    this.reporter.end();
  }

  private report(event: PublishEvent): void {
    if (event.type === "warned") {
      const { type: _, ...warning } = event;
      this.warnings.push(warning);
    }
    this.reporter.report(event);
  }

  protected print(lines: readonly string[]): void {
    for (const line of lines) this.log(printable(line, "\t"));
  }
}

/**
 * One interrupt arrives several times, from the terminal and from each parent, so only a Ctrl-C a second later ends at once.
 * With a terminal the parent's end is one too, as npm does not pass SIGTERM on. Without any, as under nohup, a run outlives its parent and SIGHUP.
 */
function abortOnSignals(reporter: Reporter): AbortSignal {
  const controller = new AbortController();
  const parent = process.ppid;
  let abortedMs = 0;
  const stop = (signal?: NodeJS.Signals) => {
    if (signal === "SIGINT") reporter.interrupt();
    if (!controller.signal.aborted) abortedMs = performance.now();
    else if (signal === "SIGINT" && performance.now() - abortedMs > 1000) {
      reporter.end();
      endProcess(130);
    }
    controller.abort();
  };
  const hasTerminal = [process.stdin, process.stdout, process.stderr].some(({ isTTY }) => isTTY);
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, stop);
  process.on("SIGHUP", () => hasTerminal && stop());
  if (hasTerminal) setInterval(() => process.ppid !== parent && stop(), 1000).unref();
  return controller.signal;
}

/** Resolves when the signal aborts: a server command waits here. */
export function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const keepAlive = setInterval(() => {}, 60_000);
    signal.addEventListener(
      "abort",
      () => {
        clearInterval(keepAlive);
        resolve();
      },
      { once: true },
    );
  });
}
