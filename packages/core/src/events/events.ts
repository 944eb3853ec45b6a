import type { ErrorCode } from "../errors/codes.ts";
import type { Warning } from "./warnings.ts";

/** How a step ended; `cached` and `unchanged` are kinds of `done`. */
export type Outcome = "done" | "cached" | "unchanged" | "failed" | "cancelled";

export type Unit = "bytes" | "rows";

/**
 * Progress as plain JSON. Results are return values, never events. `step` is a step's own number in the process;
 * `id` says what kind of step it is, and several steps of a run may be of one kind. `retrying`: the attempt with that number failed for
 * `reason`, a sentence, and the next one comes after a pause.
 */
export type PublishEvent =
  | { type: "step.started"; step: number; id: string; title: string }
  | { type: "step.progressed"; step: number; id: string; done: number; total: number | null; unit: Unit }
  | { type: "step.ended"; step: number; id: string; outcome: Outcome; ms: number }
  | { type: "output"; id: string; text: string }
  | { type: "retrying"; code: ErrorCode; reason: string; attempt: number; mostAttempts: number; afterMs: number }
  | ({ type: "warned" } & Warning);

export type Report = (event: PublishEvent) => void;

/** What every long-running function of core takes last: where progress goes, and what stops it. */
export interface Context {
  readonly report: Report;
  readonly signal?: AbortSignal;
}

/** The handle a running step gets: report progress, or say that its result comes from a cache, or that all was as it is to be. */
export interface StepHandle {
  progress(done: number, total: number | null, unit: Unit): void;
  cached(): void;
  unchanged(): void;
}

let lastStep = 0;

/** Runs `work` between a `step.started` and a `step.ended` event; refuses to start when the signal is already aborted. */
export async function step<T>(ctx: Context, id: string, title: string, work: (handle: StepHandle) => Promise<T> | T): Promise<T> {
  ctx.signal?.throwIfAborted();
  const startedMs = performance.now();
  const number = ++lastStep;
  let outcome: Outcome = "done";
  ctx.report({ type: "step.started", step: number, id, title });
  try {
    return await work({
      progress: (done, total, unit) => ctx.report({ type: "step.progressed", step: number, id, done, total, unit }),
      cached: () => (outcome = "cached"),
      unchanged: () => (outcome = "unchanged"),
    });
  } catch (error) {
    outcome = ctx.signal?.aborted ? "cancelled" : "failed";
    throw error;
  } finally {
    ctx.report({ type: "step.ended", step: number, id, outcome, ms: Math.round(performance.now() - startedMs) });
  }
}
