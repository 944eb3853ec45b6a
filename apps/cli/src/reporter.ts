import type { PublishEvent, Report } from "@datasette-publish/core";

/**
 * Draws the event stream on stderr: on a terminal the running step is one line that is
 * rewritten; elsewhere a plain log with a line per step and one every five seconds while it runs.
 */
export function createReporter(stream: NodeJS.WriteStream = process.stderr): Report {
  const titles = new Map<string, { title: string; lastMs: number; failed?: boolean }>();
  const live = stream.isTTY;
  const clear = live ? "\r\u001b[K" : "";
  return (event: PublishEvent) => {
    if (event.type === "warned") stream.write(`${clear}! ${event.message}\n`);
    else if (event.type === "output") stream.write(`${clear}${event.text.replace(/\n?$/, "\n")}`);
    else if (event.type === "step.started") {
      titles.set(event.id, { title: event.title, lastMs: performance.now() });
      stream.write(live ? `${clear}• ${event.title}…` : `• ${event.title}\n`);
    } else {
      const running = titles.get(event.id);
      if (running === undefined) return;
      if (event.type === "step.ended") {
        titles.delete(event.id);
        const mark = event.outcome === "failed" ? "✗" : "✓";
        stream.write(`${clear}${mark} ${running.title} ${event.outcome === "done" ? "" : `(${event.outcome}) `}${seconds(event.ms)}\n`);
      } else if (performance.now() - running.lastMs > (live ? 100 : 5000)) {
        running.lastMs = performance.now();
        const line = `${running.title} ${amount(event.done, event.total, event.unit)}`;
        stream.write(live ? `${clear}• ${line}` : `  ${line}\n`);
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
