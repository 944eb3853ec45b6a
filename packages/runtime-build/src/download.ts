import { setTimeout as sleep } from "node:timers/promises";
import { PublishError } from "@datasette-publish/core";

const attempts = 3;

/** The bytes at `url`, or null where the server says there are none (404, 410). Retries what may pass: 5xx, 429, a broken connection. */
export async function download(url: string, signal?: AbortSignal): Promise<Uint8Array | null> {
  for (let attempt = 1; ; attempt++) {
    try {
      const response = await fetch(url, { signal: signal ?? null });
      if (response.ok) return new Uint8Array(await response.arrayBuffer());
      await response.body?.cancel();
      if (response.status === 404 || response.status === 410) return null;
      if (attempt === attempts || (response.status < 500 && response.status !== 429)) throw failed(url, `status ${response.status}`);
    } catch (error) {
      if (signal?.aborted || error instanceof PublishError) throw error;
      if (attempt === attempts) throw failed(url, reasonOf(error));
    }
    await sleep(500 * 2 ** attempt, undefined, { signal });
  }
}

/** The code alone: the message of a failure without one may quote the address. */
function reasonOf(error: unknown): string {
  const { code = "no whole answer" } = ((error as Error).cause ?? {}) as NodeJS.ErrnoException;
  return code;
}

/** A mirror's address may hold a password: it is shown without, and without a query. */
function failed(address: string, reason: string): PublishError {
  const parsed = URL.parse(address);
  const url = parsed === null ? "what has no address" : parsed.origin + parsed.pathname;
  return new PublishError(
    "RUNTIME_DOWNLOAD_FAILED",
    `Cannot download ${url}: ${reason}.`,
    "Check the network connection, or set DEBIAN_MIRROR to another Debian mirror.",
    { url },
  );
}
