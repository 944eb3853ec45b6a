import type { Clock } from "../run/clock.ts";
import { stalled } from "./failures.ts";

/** How long bytes may stand still on the network, in milliseconds. */
const longestStallMs = 60_000;

/**
 * Ends a transfer that stands still: its signal aborts once the network has kept us waiting for longer than was expected.
 * What is waited for besides, such as the disk, does not count. Call {@link StallWatch.stop} when all is over.
 */
export class StallWatch {
  readonly #clock: Clock;
  readonly #stalled = new AbortController();
  readonly #over = new AbortController();
  #endMs: number | null;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#endMs = clock.now() + longestStallMs;
    void this.#watch();
  }

  /** Aborts when the transfer stands still. */
  get signal(): AbortSignal {
    return this.#stalled.signal;
  }

  /** The network has the next move, and this long for it. */
  expect(limitMs = longestStallMs): void {
    this.#endMs = this.#clock.now() + limitMs;
  }

  /** We have the next move. */
  rest(): void {
    this.#endMs = null;
  }

  stop(): void {
    this.#over.abort();
  }

  async #watch(): Promise<void> {
    while (!this.#over.signal.aborted) {
      const leftMs = this.#endMs === null ? longestStallMs : this.#endMs - this.#clock.now();
      if (leftMs <= 0) return this.#stalled.abort(stallError());
      await this.#clock.sleep(leftMs, this.#over.signal).catch(() => {});
    }
  }
}

function stallError(): Error {
  return Object.assign(new Error("The transfer stands still."), { code: stalled });
}

/** Longest piece that is handed to the network at once, in bytes: a slow line takes it in less than a minute. */
const pieceSizeBytes = 1 << 14;

/** The bytes of an upload; `watch` learns whose move it is. When all is sent, storing it may take as long again. */
export async function* watched(
  source: AsyncIterable<Uint8Array>,
  watch: StallWatch,
  clock: Clock,
): AsyncGenerator<Uint8Array, void, undefined> {
  const startedMs = clock.now();
  watch.rest();
  for await (const chunk of source)
    for (let start = 0; start < chunk.length; start += pieceSizeBytes) {
      watch.expect();
      yield chunk.subarray(start, start + pieceSizeBytes);
      watch.rest();
    }
  watch.expect(longestStallMs + clock.now() - startedMs);
}
