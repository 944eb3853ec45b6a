import { Command } from "@oclif/core";
import type { Context } from "@datasette-publish/core";
import { createReporter } from "./reporter.ts";

/** What every command shares: `--json`, the event renderer, and an abort signal that Ctrl-C, SIGTERM and a closed terminal trip. */
export abstract class BaseCommand extends Command {
  static override enableJsonFlag = true;

  protected readonly context: Context = { report: createReporter(), signal: abortOnSignals() };

  /** `main` prints errors, as text or JSON, so that no other code path can leak an option's value. */
  protected override async catch(error: Error): Promise<never> {
    throw error;
  }

  protected print(lines: readonly string[]): void {
    for (const line of lines) this.log(line);
  }
}

/** One interrupt arrives several times, from the terminal and from each parent, so only a Ctrl-C a second later ends at once. */
function abortOnSignals(): AbortSignal {
  const controller = new AbortController();
  const parent = process.ppid;
  let abortedMs = 0;
  const stop = (signal?: NodeJS.Signals) => {
    if (!controller.signal.aborted) abortedMs = performance.now();
    else if (signal === "SIGINT" && performance.now() - abortedMs > 1000) process.exit(130);
    controller.abort();
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, stop);
  setInterval(() => process.ppid !== parent && stop(), 1000).unref();
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
