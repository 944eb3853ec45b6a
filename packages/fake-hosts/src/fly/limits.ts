import type { Clock } from "@datasette-publish/core";
import type { Call } from "@datasette-publish/testkit";

interface Limit {
  readonly perSecond: number;
  readonly burst: number;
}

/** fly.io/docs/machines/api/working-with-machines-api, "Rate limits": per action, and per machine or app. */
const ofActions: Limit = { perSecond: 1, burst: 3 };
const ofGetMachine: Limit = { perSecond: 5, burst: 10 };

/** Fly.io's rate limits: one bucket of tokens per operation and machine, or app. */
export class FlyLimits {
  readonly #buckets = new Map<string, { tokens: number; atMs: number }>();

  /** Takes a token. False: there is none. `secondMs` is how long a second is. */
  take(call: Call, { clock, secondMs }: { readonly clock: Clock; readonly secondMs: number }): boolean {
    const limit = limitOf(call.operation);
    if (limit === null) return true;
    const key = `${call.operation} ${subjectOf(call)}`;
    const nowMs = clock.now();
    const { tokens, atMs } = this.#buckets.get(key) ?? { tokens: limit.burst, atMs: nowMs };
    const left = Math.min(limit.burst, tokens + ((nowMs - atMs) / secondMs) * limit.perSecond);
    const isWithin = left >= 1;
    this.#buckets.set(key, { tokens: isWithin ? left - 1 : left, atMs: nowMs });
    return isWithin;
  }
}

function limitOf(operation: string): Limit | null {
  if (operation === "GET /apps/{app_name}/machines/{machine_id}") return ofGetMachine;
  return operation.startsWith("GET ") ? null : ofActions;
}

function subjectOf({ params, body }: Call): string {
  const { name } = (body ?? {}) as { name?: string };
  return params["machine_id"] ?? params["app_name"] ?? name ?? "";
}
