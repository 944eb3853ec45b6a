import { setTimeout as sleep } from "node:timers/promises";
import { PublishError, toPublishError } from "../errors/publish-error.ts";
import { step } from "../events/events.ts";
import type { HostContext, Settle } from "../provider/provider.ts";
import type { Site } from "../site/site.ts";
import { tildeEncode } from "../site/tilde.ts";
import { uncancelled } from "./host-context.ts";

const firstPauseMs = 200;
const longestPauseMs = 3000;
const requestTimeoutMs = 10_000;

export interface HealthCheck {
  readonly url: string;
  readonly site: Site;
  readonly timeoutMs: number;
  readonly fetch: typeof globalThis.fetch;
}

/**
 * Waits until a site serves every table's rows; else, and when the user cancels, puts back what served before.
 * @throws PublishError `DEPLOYMENT_UNHEALTHY`
 */
export async function confirmHealth(check: HealthCheck, { undo, ready, gone }: Settle, host: HostContext): Promise<void> {
  const waiting = step(
    host,
    "confirm",
    `Wait for ${check.url}`,
    async () => (await ready?.()) ?? (await awaitHealth(check, gone, host.signal)),
  );
  const problem = await waiting.catch((error: unknown) => {
    if (host.signal?.aborted && undo !== undefined) return "it was cancelled";
    throw error;
  });
  if (problem === null) return;
  const restored = undo === undefined ? null : await putBack(undo, problem, check, uncancelled(host));
  host.signal?.throwIfAborted();
  throw new PublishError(
    "DEPLOYMENT_UNHEALTHY",
    `The site does not serve what was published: ${problem}.${restored === null ? "" : ` ${restored} serves again.`}`,
    "Mend the cause, and publish again.",
    { url: check.url, problem, restored },
  );
}

/** The reason for going back matters more than that it failed. */
async function putBack(
  undo: NonNullable<Settle["undo"]>,
  problem: string,
  { url }: HealthCheck,
  host: HostContext,
): Promise<string | null> {
  try {
    return await host.step("undo", "Put back what served before", () => undo(host));
  } catch (error) {
    throw new PublishError(
      "DEPLOYMENT_UNHEALTHY",
      `The site does not serve what was published: ${problem}. What served before could not be put back: ${toPublishError(error).message}`,
      "Look at the site at its host, then publish again.",
      { url, problem, restored: null },
      error,
    );
  }
}

/** What is still wrong at the deadline, or null. */
async function awaitHealth(
  { url, site, timeoutMs, fetch }: HealthCheck,
  gone: Settle["gone"],
  signal?: AbortSignal,
): Promise<string | null> {
  const deadlineMs = performance.now() + timeoutMs;
  const base = new URL(url);
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 1.5, longestPauseMs)) {
    const problem = await look(base, site, fetch, signal);
    if (problem === null || performance.now() > deadlineMs) return problem;
    const reason = await gone?.();
    if (reason) return reason;
    await sleep(pauseMs, undefined, signal ? { signal } : {});
  }
}

type Fetch = typeof globalThis.fetch;

async function look(base: URL, site: Site, fetch: Fetch, signal?: AbortSignal): Promise<string | null> {
  try {
    const versions = await get(new URL("-/versions.json", base), fetch, signal);
    if (!versions.ok && !isPrivate(versions)) return `/-/versions.json answers ${versions.status}`;
    for (const database of site.dataset.databases)
      for (const table of database.tables) {
        if (table.uncounted) continue;
        const path = `${tildeEncode(database.name)}/${tildeEncode(table.name)}.json?_size=0`;
        const problem = await lookAtTable(new URL(path, base), table.name, table.rows, fetch, signal);
        if (problem !== null) return problem;
      }
    return null;
  } catch (error) {
    signal?.throwIfAborted();
    const { message, cause } = error as Error & { cause?: NodeJS.ErrnoException };
    return `no answer (${cause?.code ?? message})`;
  }
}

/** A table behind a login cannot be counted from here. */
async function lookAtTable(url: URL, table: string, rows: number, fetch: Fetch, signal?: AbortSignal): Promise<string | null> {
  const response = await get(url, fetch, signal);
  if (isPrivate(response)) return null;
  if (!response.ok) return `table ${table} answers ${response.status}`;
  const { filtered_table_rows_count: count } = (await response.json()) as { filtered_table_rows_count?: number | null };
  return typeof count === "number" && count !== rows ? `table ${table} has ${count} rows, not ${rows}` : null;
}

/** A site may be for logged-in visitors only (`allow` in its metadata): then it answers, and cannot be looked into. */
function isPrivate({ status }: Response): boolean {
  return status === 401 || status === 403;
}

function get(url: URL, fetch: Fetch, signal?: AbortSignal): Promise<Response> {
  const timeout = AbortSignal.timeout(requestTimeoutMs);
  return fetch(url, { signal: signal ? AbortSignal.any([signal, timeout]) : timeout, redirect: "follow" });
}
