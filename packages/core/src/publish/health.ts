import { PublishError } from "../errors/publish-error.ts";
import { setOption, type Remedy } from "../errors/remedies.ts";
import { step } from "../events/events.ts";
import { poll } from "../http/poll.ts";
import type { HostContext } from "../provider/context.ts";
import { pageExtras, wrongCount, type CountedPage } from "../site/row-count.ts";
import type { Site } from "../site/site.ts";
import { tildeEncode } from "../site/tilde.ts";

const requestTimeoutMs = 10_000;

export interface HealthCheck {
  readonly url: string;
  /** Whose rows are counted; undefined: the site has to answer, whatever it serves. */
  readonly site: Site | undefined;
  /** What to do when it does not become healthy. */
  readonly remedies: readonly Remedy[];
  /** What is waited for before the site is looked at; says what is wrong, or null. */
  readonly ready?: () => Promise<string | null>;
  /** Reason to stop waiting early, or null. */
  readonly gone?: () => Promise<string | null>;
}

/** Waits until a site serves every table's rows. @throws PublishError `DEPLOYMENT_UNHEALTHY` */
export async function confirmHealth(check: HealthCheck, host: HostContext): Promise<void> {
  const { url, remedies, ready } = check;
  const wait = async (): Promise<string | null> => (await ready?.()) ?? (await awaitHealth(check, host));
  const confirm = async (): Promise<void> => {
    const startedMs = host.clock.now();
    const problem = await wait();
    if (problem === null) return;
    const isLate = host.clock.now() - startedMs >= host.timeoutMs;
    const message = `The site does not serve what was published: ${problem}.`;
    throw new PublishError("DEPLOYMENT_UNHEALTHY", message, isLate ? [...remedies, longer(host)] : remedies, {
      url,
      problem,
      restored: null,
    });
  };
  await step(host, "confirm", `Wait for ${url}`, confirm);
}

function longer({ timeoutMs }: HostContext): Remedy {
  const seconds = Math.ceil(timeoutMs / 1000);
  return setOption("timeout", String(2 * seconds), `if it only needs longer than ${seconds} s`);
}

/** What is still wrong at the deadline, or null. */
async function awaitHealth({ url, site, gone }: HealthCheck, host: HostContext): Promise<string | null> {
  const base = new URL(url);
  let problem: string | null = null;
  const end = await poll(host, host.timeoutMs, async () => {
    problem = await look(base, site, host);
    return problem === null ? "" : ((await gone?.()) ?? undefined);
  });
  return end === undefined ? problem : end || null;
}

type Asker = Pick<HostContext, "fetch" | "signal">;

async function look(base: URL, site: Site | undefined, asker: Asker): Promise<string | null> {
  try {
    const versions = await get(new URL("-/versions.json", base), asker);
    if (!versions.ok && !isPrivate(versions)) return `/-/versions.json answers ${versions.status}`;
    return site === undefined ? null : await lookAtTables(base, site, asker);
  } catch (error) {
    asker.signal?.throwIfAborted();
    const { message, cause } = error as Error & { cause?: NodeJS.ErrnoException };
    return `no answer (${cause?.code ?? message})`;
  }
}

async function lookAtTables(base: URL, { dataset, serve }: Site, asker: Asker): Promise<string | null> {
  for (const database of dataset.databases)
    for (const table of database.tables) {
      if (table.uncounted) continue;
      const query = `_size=0&_nofacet=1&_nosuggest=1${pageExtras(serve.line)}`;
      const path = `${tildeEncode(database.name)}/${tildeEncode(table.name)}.json?${query}`;
      const problem = await lookAtTable(new URL(path, base), table.name, table.rows, asker);
      if (problem !== null) return problem;
    }
  return null;
}

/** A table behind a login cannot be counted from here. */
async function lookAtTable(url: URL, table: string, rows: number, asker: Asker): Promise<string | null> {
  const response = await get(url, asker);
  if (isPrivate(response)) return null;
  if (!response.ok) return `table ${table} answers ${response.status}`;
  const count = wrongCount((await response.json()) as CountedPage, rows);
  return count === null ? null : `table ${table} has ${count} rows, not ${rows}`;
}

/** A site may be for logged-in visitors only (`allow` in its metadata): then it answers, and cannot be looked into. */
function isPrivate({ status }: Response): boolean {
  return status === 401 || status === 403;
}

function get(url: URL, { fetch, signal }: Asker): Promise<Response> {
  const timeout = AbortSignal.timeout(requestTimeoutMs);
  return fetch(url, { signal: signal ? AbortSignal.any([signal, timeout]) : timeout, redirect: "follow" });
}
