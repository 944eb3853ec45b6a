import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { formatBytes, warning } from "@datasette-publish/core";
import { createReporter } from "./reporter.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function capture(isTTY: boolean, columns?: number) {
  const chunks: string[] = [];
  const stream = { isTTY, columns, write: (text: string) => chunks.push(text) } as unknown as NodeJS.WriteStream;
  return { ...createReporter(stream), text: () => chunks.join("") };
}

test("without a terminal each step is a line when it starts and one when it ends", () => {
  const { report, text } = capture(false);
  report({ type: "step.started", step: 1, id: "a", title: "Convert" });
  report({ type: "step.progressed", step: 1, id: "a", done: 1, total: 2, unit: "rows" });
  report({ type: "step.ended", step: 1, id: "a", outcome: "cached", ms: 1500 });
  report({ type: "warned", ...warning("INPUT_SKIPPED", "renamed") });
  expect(text()).toBe("• Convert\n✓ Convert (cached) 1.5 s\n! renamed\n");
});

test("an attempt that failed says why, and when the next one comes", () => {
  const { report, text } = capture(false);
  report({ type: "retrying", code: "REGISTRY_UNREACHABLE", reason: "The registry is busy.", attempt: 2, mostAttempts: 6, afterMs: 1210 });
  expect(text()).toBe("! The registry is busy. Attempt 3 of 6 in 1.2 s.\n");
});

test("a step that goes on says so, and how far it is where that is known", () => {
  const [terminal, log] = [capture(true), capture(false)];
  for (const { report } of [terminal, log]) {
    report({ type: "step.started", step: 1, id: "a", title: "Wait" });
    vi.advanceTimersByTime(11_000);
    report({ type: "step.progressed", step: 1, id: "a", done: 1, total: 2, unit: "bytes" });
    report({ type: "step.ended", step: 1, id: "a", outcome: "cancelled", ms: 12_000 });
    vi.advanceTimersByTime(60_000);
  }
  const drawn = terminal.text().split("\r\u001b[K");
  expect(drawn.slice(-3)).toEqual(["• Wait… 10 s", "• Wait… 11 s", "✗ Wait (cancelled) 12.0 s\n"]);
  expect(log.text()).toBe("• Wait\n  Wait 10 s\n✗ Wait (cancelled) 12.0 s\n");
});

test("a line of wide characters stays one line", () => {
  const { report, text } = capture(true, 20);
  report({ type: "step.started", step: 1, id: "a", title: "表".repeat(40) });
  expect(text()).toBe(`\r\u001b[K• ${"表".repeat(7)}…`);
});

test("on a terminal the running step is rewritten in place", () => {
  const { report, text } = capture(true);
  report({ type: "step.started", step: 1, id: "a", title: "Push" });
  report({ type: "step.ended", step: 1, id: "a", outcome: "failed", ms: 10 });
  expect(text()).toBe("\r\u001b[K• Push…\r\u001b[K✗ Push (failed) 0.0 s\n");
});

test("a running line is cut so that it and ^C fit the terminal, an ended one is whole", () => {
  const { report, text } = capture(true, 14);
  report({ type: "step.started", step: 1, id: "a", title: "Push to a registry" });
  report({ type: "step.ended", step: 1, id: "a", outcome: "done", ms: 10 });
  expect(text()).toBe("\r\u001b[K• Push to …\r\u001b[K✓ Push to a registry 0.0 s\n");
});

test("a line that is running or was interrupted is ended once, and only on a terminal", () => {
  const { report, interrupt, end, text } = capture(true);
  report({ type: "step.started", step: 1, id: "a", title: "Push" });
  end();
  end();
  expect(text()).toBe("\r\u001b[K• Push…\n");
  interrupt();
  end();
  expect(text()).toBe("\r\u001b[K• Push…\n\n");

  const elsewhere = capture(false);
  elsewhere.report({ type: "step.started", step: 1, id: "a", title: "Push" });
  elsewhere.interrupt();
  elsewhere.end();
  expect(elsewhere.text()).toBe("• Push\n");
});

test("what a file or a host says steers no terminal and begins no line of its own, but for output", () => {
  const { report, text } = capture(false);
  report({ type: "step.started", step: 1, id: "a", title: "Convert \u001b]0;x\u0007.csv" });
  report({ type: "step.ended", step: 1, id: "a", outcome: "done", ms: 0 });
  report({ type: "warned", ...warning("INPUT_SKIPPED", "a\n::add-mask::b") });
  report({ type: "output", id: "logs", text: "a\tb\n\u001b[2Jc" });
  const title = String.raw`Convert \x1b]0;x\x07.csv`;
  expect(text()).toBe(`• ${title}\n✓ ${title} 0.0 s\n! a${String.raw`\x0a`}::add-mask::b\na\tb\n${String.raw`\x1b`}[2Jc\n`);
});

test("bytes are in decimal units", () => {
  expect([999, 1500, 16_000_000, 2_500_000_000].map(formatBytes)).toEqual(["999 B", "1.5 kB", "16.0 MB", "2.50 GB"]);
});
