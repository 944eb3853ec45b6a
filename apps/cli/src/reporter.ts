import type { PublishEvent, Report } from "@datasette-publish/core";

export interface Reporter {
  readonly report: Report;
  /** Ctrl-C was typed: a terminal shows that, wherever it is. */
  interrupt(): void;
  /** Ends the line that the terminal is in, if it is in one. */
  end(): void;
}

/**
 * Draws the event stream on stderr: on a terminal the running step is one line that is
 * rewritten; elsewhere a plain log with a line per step and one every five seconds while it runs.
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
  return line.length < columns - 2 ? line : `${line.slice(0, columns - 4)}…`;
}

function createReport(write: (text: string) => void, live: boolean): Report {
  const titles = new Map<string, { title: string; lastMs: number }>();
  return (event: PublishEvent) => {
    if (event.type === "warned") write(`! ${event.message}\n`);
    else if (event.type === "output") write(event.text.replace(/\n?$/, "\n"));
    else if (event.type === "step.started") {
      titles.set(event.id, { title: event.title, lastMs: performance.now() });
      write(live ? `• ${event.title}…` : `• ${event.title}\n`);
    } else {
      const running = titles.get(event.id);
      if (running === undefined) return;
      if (event.type === "step.ended") {
        titles.delete(event.id);
        const mark = event.outcome === "failed" ? "✗" : "✓";
        write(`${mark} ${running.title} ${event.outcome === "done" ? "" : `(${event.outcome}) `}${seconds(event.ms)}\n`);
      } else if (performance.now() - running.lastMs > (live ? 100 : 5000)) {
        running.lastMs = performance.now();
        const line = `${running.title} ${amount(event.done, event.total, event.unit)}`;
        write(live ? `• ${line}` : `  ${line}\n`);
      }
    }
  };
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

function amount(done: number, total: number | null, unit: "bytes" | "rows"): string {
  const percent = total ? `${Math.floor((done / total) * 100)}% of ` : "";
  return unit === "bytes" ? `${percent}${formatBytes(total ?? done)}` : `${percent}${(total ?? done).toLocaleString("en")} rows`;
}

/** Bytes in decimal units, as registries and hosts state their limits. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(1)} kB`;
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`;
}
