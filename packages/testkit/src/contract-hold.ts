import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import type { Provider } from "@datasette-publish/core";

/** How soon what is cancelled has to end. */
export const soonMs = 5000;
/** How long a host does not answer before the user has enough. */
const patienceMs = 50;

/** What a promise fails with; undefined when it does not. */
export function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
}

/** What `work` comes to, or `"still running"` when it has not ended {@link soonMs} after `signal` aborts. */
export async function soonAfter<T>(signal: AbortSignal, work: Promise<T>): Promise<T | "still running"> {
  const cutOff = new AbortController();
  const late = async () => {
    if (!signal.aborted) await once(signal, "abort", { signal: cutOff.signal });
    return sleep(soonMs, "still running" as const, { signal: cutOff.signal });
  };
  try {
    return await Promise.race([work, late()]);
  } finally {
    cutOff.abort();
  }
}

/**
 * A provider that publishes to a host which falls silent: a question is never answered, a change only once the user has cancelled.
 * `hold` does that to a host that is not asked by `ctx.fetch`. Cancels soon after the first request.
 */
export function holdFetch(
  provider: Provider,
  stop: AbortController,
  hold: ((signal: AbortSignal) => void) | undefined,
): { provider: Provider; isHeld: () => boolean } {
  let isHeld = false;
  const cancelSoon = (): void => {
    if (!isHeld) setTimeout(() => stop.abort(), patienceMs);
    isHeld = true;
  };
  const silent =
    (fetch: typeof globalThis.fetch): typeof globalThis.fetch =>
    async (address, init) => {
      if (stop.signal.aborted) return fetch(address, init);
      cancelSoon();
      const { method, signal } = new Request(address, { ...init, body: null, method: init?.method ?? "GET" });
      await once(method === "GET" ? signal : stop.signal, "abort");
      return fetch(address, init);
    };
  const holding: Provider = {
    ...provider,
    async rollout(ctx, before) {
      const rollout = await provider.rollout({ ...ctx, fetch: silent(ctx.fetch) }, before);
      hold?.(stop.signal);
      if (hold) cancelSoon();
      return rollout;
    },
  };
  return { provider: holding, isHeld: () => isHeld };
}
