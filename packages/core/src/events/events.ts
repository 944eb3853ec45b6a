/** Progress as plain JSON. Results are return values, never events. */
export type PublishEvent =
  | { type: "step.started"; id: string; title: string }
  | { type: "step.progressed"; id: string; done: number; total: number | null; unit: "bytes" | "rows" }
  | { type: "step.ended"; id: string; outcome: "done" | "cached" | "unchanged" | "failed" | "cancelled"; ms: number }
  | { type: "output"; id: string; text: string }
  | { type: "warned"; code: string; message: string };

export type Report = (event: PublishEvent) => void;

/** What every long-running function of core takes last: where progress goes, and what stops it. */
export interface Context {
  readonly report: Report;
  readonly signal?: AbortSignal;
}

export type Unit = "bytes" | "rows";

/** The handle a running step gets: report progress, or say that its result comes from a cache, or that all was as it is to be. */
export interface StepHandle {
  progress(done: number, total: number | null, unit: Unit): void;
  cached(): void;
  unchanged(): void;
}

/** Runs `work` between a `step.started` and a `step.ended` event; refuses to start when the signal is already aborted. */
export async function step<T>(ctx: Context, id: string, title: string, work: (handle: StepHandle) => Promise<T> | T): Promise<T> {
  ctx.signal?.throwIfAborted();
  const startedMs = performance.now();
  let outcome: Extract<PublishEvent, { type: "step.ended" }>["outcome"] = "done";
  ctx.report({ type: "step.started", id, title });
  try {
    return await work({
      progress: (done, total, unit) => ctx.report({ type: "step.progressed", id, done, total, unit }),
      cached: () => (outcome = "cached"),
      unchanged: () => (outcome = "unchanged"),
    });
  } catch (error) {
    outcome = ctx.signal?.aborted ? "cancelled" : "failed";
    throw error;
  } finally {
    ctx.report({ type: "step.ended", id, outcome, ms: Math.round(performance.now() - startedMs) });
  }
}
