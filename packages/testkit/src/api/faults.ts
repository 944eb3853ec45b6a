import type { Answer } from "./call.ts";

/**
 * How a call fails.
 *
 * An answer is given instead of the handler's, and need not be one of the contract. `"reset"` breaks the connection before the
 * handler runs, `"lost"` after it, `"truncate"` in the middle of its answer. `delayMs` holds the call up, which then succeeds; `lateMs` also breaks the connection at once.
 */
export type Fault = Answer | "reset" | "lost" | "truncate" | { readonly delayMs: number } | { readonly lateMs: number };

/** The faults that wait for their calls, in order, per operation. */
export class FaultQueue {
  readonly #waiting = new Map<string, Fault[]>();

  add(operation: string, fault: Fault, times: number): void {
    this.#waiting.set(operation, [...(this.#waiting.get(operation) ?? []), ...Array<Fault>(times).fill(fault)]);
  }

  take(operation: string): Fault | undefined {
    return this.#waiting.get(operation)?.shift();
  }
}
