import cliTruncate from "cli-truncate";
import { formatBytes, type PublishEvent, type Report } from "@datasette-publish/core";
import { inOneLine } from "./errors.ts";
import { printable } from "./printable.ts";

export interface Reporter {
  readonly report: Report;
  /** Ctrl-C was typed: a terminal shows that, wherever it is. */
  interrupt(): void;
  /** Ends the line that the terminal is in, if it is in one. */
  end(): void;
}

/**
 * Draws the event stream on stderr: on a terminal the running step is one line that is
 * rewritten; elsewhere a plain log with a line per step, and one every five seconds while it says how far it is, every ten else.
 */
export function createReporter(stream: NodeJS.WriteStream = process.stderr): Reporter {
  const live = stream.isTTY;
  let inLine = false;
  const write = (text: string) => {
    inLine = live && !text.endsWith("\n");
    stream.write(live ? `\r\u001b[K${inLine ? fit(text, stream.columns || Infinity) : text}` : text);
  };
  return {
    report: createReport(write, live),
    interrupt: () => void (inLine = live),
    end: () => {
      if (inLine) stream.write("\n");
      inLine = false;
    },
  };
}

/** A line that is rewritten stays one line of the terminal, with the `^C` that the terminal may put behind it. */
function fit(line: string, columns: number): string {
  return Number.isFinite(columns) ? cliTruncate(line, Math.max(1, columns - 3)) : line;
}

/** A step that has not ended. */
interface Running {
  readonly title: string;
  readonly startedMs: number;
  /** When a line was last written about it. */
  saidMs: number;
  /** How far it is; empty where that is not known. */
  amount: string;
}

function createReport(write: (text: string) => void, live: boolean): Report {
  const steps = new Map<number, Running>();
  const say = (step: Running, afterMs: number): void => {
    const nowMs = performance.now();
    if (nowMs - step.saidMs < afterMs) return;
    step.saidMs = nowMs;
    const line = `${step.title}${step.amount || (live ? "…" : "")} ${Math.round((nowMs - step.startedMs) / 1000)} s`;
    write(live ? `• ${line}` : `  ${line}\n`);
  };
  const sayLatest = (): void => {
    const latest = [...steps.values()].at(-1);
    if (latest) say(latest, live ? 900 : 10_000);
  };
  let ticker: NodeJS.Timeout | undefined;
  return (event: PublishEvent) => {
    if (event.type === "warned") write(`! ${printable(inOneLine(event))}\n`);
    else if (event.type === "output") write(printable(event.text, "\n\t").replace(/\n?$/, "\n"));
    else if (event.type === "retrying") write(`! ${printable(retryLine(event))}\n`);
    else if (event.type === "step.started") {
      const nowMs = performance.now();
      const title = printable(event.title);
      steps.set(event.step, { title, startedMs: nowMs, saidMs: nowMs, amount: "" });
      ticker ??= setInterval(sayLatest, 1000).unref();
      write(live ? `• ${title}…` : `• ${title}\n`);
    } else {
      const step = steps.get(event.step);
      if (step === undefined) return;
      if (event.type === "step.ended") {
        steps.delete(event.step);
        const mark = /failed|cancelled/.test(event.outcome) ? "✗" : "✓";
        write(`${mark} ${step.title} ${event.outcome === "done" ? "" : `(${event.outcome}) `}${seconds(event.ms)}\n`);
      } else {
        step.amount = ` ${amount(event.done, event.total, event.unit)},`;
        say(step, live ? 100 : 5000);
      }
    }
  };
}

/** Why an attempt failed, and when the next one comes. */
function retryLine({ reason, attempt, mostAttempts, afterMs }: PublishEvent & { type: "retrying" }): string {
  return `${reason} Attempt ${attempt + 1} of ${mostAttempts} in ${seconds(afterMs)}.`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

function amount(done: number, total: number | null, unit: "bytes" | "rows"): string {
  const percent = total ? `${Math.floor((done / total) * 100)}% of ` : "";
  return unit === "bytes" ? `${percent}${formatBytes(total ?? done)}` : `${percent}${(total ?? done).toLocaleString("en")} rows`;
}
