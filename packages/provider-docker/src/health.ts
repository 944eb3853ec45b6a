import { setTimeout as sleep } from "node:timers/promises";
import { tildeEncode, type Site } from "@datasette-publish/core";

const retryMs = 200;
const requestTimeoutMs = 10_000;

/** Waits until the site at `url` answers and every table has its rows; returns what is still wrong at the deadline, or null. */
export async function awaitHealth(
  url: string,
  site: Site,
  timeoutMs: number,
  gone: () => Promise<boolean>,
  signal?: AbortSignal,
): Promise<string | null> {
  const deadlineMs = performance.now() + timeoutMs;
  const base = new URL(url);
  for (;;) {
    const problem = await look(base, site, signal);
    if (problem === null) return null;
    if (performance.now() > deadlineMs) return problem;
    if (await gone()) return "the container ended";
    await sleep(retryMs, undefined, signal ? { signal } : {});
  }
}

async function look(base: URL, site: Site, signal?: AbortSignal): Promise<string | null> {
  try {
    const versions = await get(new URL("-/versions.json", base), signal);
    if (!versions.ok) return `/-/versions.json answers ${versions.status}`;
    for (const database of site.dataset.databases)
      for (const table of database.tables) {
        if (table.uncounted) continue;
        const problem = await lookAtTable(base, database.name, table.name, table.rows, signal);
        if (problem !== null) return problem;
      }
    return null;
  } catch (error) {
    signal?.throwIfAborted();
    return (error as Error).message;
  }
}

async function lookAtTable(base: URL, database: string, table: string, rows: number, signal?: AbortSignal): Promise<string | null> {
  const response = await get(new URL(`${tildeEncode(database)}/${tildeEncode(table)}.json?_size=0`, base), signal);
  if (response.status === 401 || response.status === 403) return null;
  if (!response.ok) return `table ${table} answers ${response.status}`;
  const { filtered_table_rows_count: count } = (await response.json()) as { filtered_table_rows_count?: number | null };
  return typeof count === "number" && count !== rows ? `table ${table} has ${count} rows, not ${rows}` : null;
}

function get(url: URL, signal?: AbortSignal): Promise<Response> {
  const timeout = AbortSignal.timeout(requestTimeoutMs);
  return fetch(url, { signal: signal ? AbortSignal.any([signal, timeout]) : timeout, redirect: "follow" });
}
